/** The engine cannot start. Its message tells the operator which setting, which path, and what to do; nothing was changed. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
}
