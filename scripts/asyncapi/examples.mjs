// The frames that docs/protocol.md shows, each with the name of the message that it is an example of.

const FRAME = /^([<>]) (\{.+\})$/gm;

/** Every frame of the whole session at `/ws`. An answer is an example of the answer to the request with its id. */
export function framesIn(page) {
  const asked = new Map();
  return [...page.matchAll(FRAME)].map(([, direction, json]) => {
    const frame = JSON.parse(json);
    if (direction === '>') {
      asked.set(frame.id, frame.event);
      return { name: frame.event, direction, frame };
    }
    const name = frame.event === 'ack' ? `${asked.get(frame.id)}Ack` : frame.event;
    return { name, direction, frame };
  });
}
