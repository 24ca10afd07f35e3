/**
 * What the page remembers in this browser. Where storage is forbidden (a private window, a strict policy) it forgets,
 * and everything else works on.
 */
export type Remembered = 'belfry.name' | 'belfry.language';

/** What was kept under this key, if anything was. */
export function recall(key: Remembered): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value under this key for the next visit. */
export function remember(key: Remembered, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Forgetting is no reason to stop.
  }
}
