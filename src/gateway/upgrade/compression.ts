/**
 * Agreeing on permessage-deflate (RFC 7692). ws negotiates it and inflates what clients send, within MAX_PAYLOAD of inflated
 * bytes; it is told never to deflate itself: that is done once for all, where messages are encoded.
 */
import type { IncomingMessage } from 'node:http';
import type { PerMessageDeflateOptions, WebSocketServer } from 'ws';

const KIB = 1024;

/** What ws offers under COMPRESSION. */
export const DEFLATE: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  threshold: Infinity,
  // Each client that sends compressed frames costs a buffer of this size; frames of clients are small.
  zlibInflateOptions: { chunkSize: 4 * KIB },
};

/** zlib cannot keep to a window of 8 bits, which RFC 7692 allows clients to ask for: they are sent plain frames. */
const SMALLEST_WINDOW = 9;
const LARGEST_WINDOW = 15;

const agreed = new WeakMap<IncomingMessage, number>();

/** Notes what each upgrade of a server ends in: ws tells of it in the answer's headers alone. */
export function noteAgreements(server: WebSocketServer): void {
  server.on('headers', (headers, request) => {
    const extensions = headers.find((header) => /^sec-websocket-extensions:/i.test(header));
    const window = extensions && windowIn(extensions);
    if (window) agreed.set(request, window);
  });
}

/** Bits of the window within which frames to this client may be deflated; undefined when they may not. */
export function deflateWindowOf(request: IncomingMessage): number | undefined {
  return agreed.get(request);
}

/** Shared frames refer to nothing before them: whoever keeps a context would lose it. */
function windowIn(extensions: string): number | undefined {
  if (!/permessage-deflate\b.*\bserver_no_context_takeover\b/.test(extensions)) return undefined;
  const bits = Number(/\bserver_max_window_bits=(\d+)/.exec(extensions)?.[1] ?? LARGEST_WINDOW);
  return bits < SMALLEST_WINDOW ? undefined : bits;
}
