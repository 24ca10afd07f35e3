/** The engine cannot do what was asked, now. Nothing was changed; the same call may succeed later. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}
