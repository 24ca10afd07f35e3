/**
 * Patterns of channels' names, as CHANNELS_FILE and tokens have them: `*` stands for any characters, everything else for itself.
 * Patterns come from outside: the time that one takes grows with its length and the name's, whatever stands in it.
 */

/** Whether a name is one of those that a pattern stands for. */
export function matchesPattern(pattern: string, name: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === name;
  if (!name.startsWith(pattern.slice(0, star))) return false;
  const [last = '', ...others] = pattern
    .slice(star + 1)
    .split('*')
    .toReversed();
  // The leftmost place for each part leaves the most room for those behind it: nothing is ever tried again.
  let position = star;
  for (const part of others.toReversed()) {
    const found = name.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return name.length - last.length >= position && name.endsWith(last);
}
