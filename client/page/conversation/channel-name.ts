/** The server's rule for the names of channels; the same stands in docs/protocol.md. */
const RULE = /^[\w.:-]{1,128}$/;

/** Whether a channel may be called that. */
export function isChannelName(name: string): boolean {
  return RULE.test(name);
}

/** The channel that an address names after its `#`, if it names one. */
export function channelIn(hash: string): string | undefined {
  const name = hash.replace(/^#/, '');
  return isChannelName(name) ? name : undefined;
}
