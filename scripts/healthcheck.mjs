// Asks the Belfry of this container whether it is ready: ends with 0 when it is, and with 1 and the reason when it is not.
import { request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';

/** Shorter than the timeout of HEALTHCHECK in the Dockerfile, so that the reason still reaches the engine's log. */
const TIMEOUT = 2000;

/** Every address of the machine is listened on, so its own is among them. */
const EVERY_ADDRESS = ['0.0.0.0', '::'];

// A blank variable counts as not set, as it does for the server.
const { PORT, HOST, TLS_CERT_FILE } = Object.fromEntries(
  Object.entries(process.env).map(([name, value]) => [name, value.trim() || undefined]),
);

const options = {
  host: HOST === undefined || EVERY_ADDRESS.includes(HOST) ? '127.0.0.1' : HOST,
  port: PORT ?? 8080,
  path: '/health/ready',
  // Whether it serves is asked, not who it is: its certificate names the public host, and nothing is sent that is secret.
  rejectUnauthorized: false,
  signal: AbortSignal.timeout(TIMEOUT),
};

const request = (TLS_CERT_FILE ? overTls : overHttp)(options, (response) => {
  if (response.statusCode !== 200) process.exitCode = 1;
  response.pipe(process.stdout);
});
request.on('error', (error) => {
  // A time-out is the cause of an abort; a name with two addresses that both refuse has a code and no message.
  const { message, code } = error.cause ?? error;
  process.stderr.write(`${message || code}\n`);
  process.exitCode = 1;
});
request.end();
