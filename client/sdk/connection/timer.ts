/**
 * A timer that only watches: in Node it does not keep the process alive by itself.
 *
 * @param after milliseconds
 */
export function watchTimer(ring: () => void, after: number): ReturnType<typeof setTimeout> {
  const timer = setTimeout(ring, after);
  // A browser's timer is a number, Node's an object that can be told so.
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
