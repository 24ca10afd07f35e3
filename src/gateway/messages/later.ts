/**
 * An answer that comes later. A handler that returns one lets its connection's next frame of the same event in at once, and the
 * request is answered when the promise settles: with its value, or with the error that it rejects with. A frame of another event
 * waits until it has.
 * For work that is started in order and may end beside others, such as an append that waits for the disk.
 */
export class Later<T> {
  /** @param answer what is awaited. Rejections go to the client as the floor tells them; filters of a gateway don't see them */
  constructor(readonly answer: Promise<T>) {}
}
