/** How many colours style/log.css has for authors. */
const TINTS = 6;

/** The colour of somebody's name, from 0: the same name has the same one for everybody and after every reconnect. */
export function tintOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % TINTS;
}

/** What stands in the circle beside a message: the name's first character as a reader sees it, be it made of many. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return (first?.segment ?? '').toUpperCase();
}
