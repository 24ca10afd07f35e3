/** The API key, for as long as this tab is open: it is kept nowhere else, and is never part of an address. */
const PLACE = 'belfry.key';

/** The key that was let in before, in this tab. */
export function recallKey(): string | undefined {
  try {
    return sessionStorage.getItem(PLACE) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a key for when the page is loaded again. */
export function rememberKey(key: string): void {
  try {
    sessionStorage.setItem(PLACE, key);
  } catch {
    // Then it is asked for again.
  }
}

/** Forgets it. */
export function forgetKey(): void {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // Nothing was kept.
  }
}
