/** How much is asked of Redis side by side. */
const AT_ONCE = 100;

/** Does something with each of many, some of them side by side. Rejects with the first that does. */
export async function inChunks<T>(all: readonly T[], what: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += AT_ONCE) {
    await Promise.all(all.slice(start, start + AT_ONCE).map((one) => what(one)));
  }
}
