/**
 * What every peer has in common: it listens on any free port of the loopback and says which.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** An HTTP server, or an HTTPS one when the harness names a certificate. */
export function httpServer(): Server {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = process.env;
  if (cert === undefined || key === undefined) return createServer();
  return createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) });
}

/** Says where it listens, as the harness expects it. */
export function announceListening(server: Server): void {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listening at http://127.0.0.1:${port}\n`);
}
