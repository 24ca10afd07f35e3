/** The colours of the nodes: those in which the page writes names, so that they suit both themes. */
const TINTS = 6;

/** What a colour of tokens.css is now. */
export function inkOf(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

/** The colour of the node of that number. Green comes first, as everything else of ours is. */
export function colourOf(number: number): string {
  return inkOf(number === 0 ? '--accent' : `--tint-${number % TINTS}`);
}
