/**
 * A Lua script and its digest. Redis runs a script to its end before anything else: what one does is one atomic step.
 * Relies on each script to read before it writes, since Redis takes nothing back of a script that fails half way.
 */
import { createHash } from 'node:crypto';

/** A script that Redis may or may not know yet. */
export interface Script {
  readonly lua: string;
  /** What `EVALSHA` takes. */
  readonly sha: string;
}

/** Makes a script of its parts. */
export function script(...parts: readonly string[]): Script {
  const lua = parts.join('\n');
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
