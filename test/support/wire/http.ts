/**
 * Answers in HTTP/1.1 as bytes (RFC 9112), read strictly: what a lenient client would forgive is an error here.
 */
import { connect } from 'node:net';

/** An answer. */
export interface RawAnswer {
  readonly status: number;
  /** By their names in lower case; what comes twice is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** An answer, and what comes behind it. */
export interface Read {
  readonly answer: RawAnswer;
  readonly rest: Buffer;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/;
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;
const END_OF_HEAD = '\r\n\r\n';

/** How the body of an answer is found. */
export interface ReadOptions {
  /** It answers a HEAD, which has no body whatever its headers say. */
  readonly bodiless?: boolean;
  /** Nothing will follow: a body without a length ends here. */
  readonly over?: boolean;
}

/**
 * The first answer in these bytes, undefined while it is not whole.
 *
 * @throws Error when this is no HTTP
 */
export function readAnswer(bytes: Buffer, { bodiless = false, over = false }: ReadOptions = {}): Read | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  if (!status) throw new Error(`no status line of HTTP/1.1: ${JSON.stringify(first)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no header: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? `${headers.get(key)}, ${value}` : value);
  }
  const behind = bytes.subarray(end + END_OF_HEAD.length);
  const found =
    bodiless || status < 200 || status === 204 || status === 304
      ? { body: '', rest: behind }
      : bodyOf(behind, headers, over);
  return found && { answer: { status, headers, body: found.body }, rest: found.rest };
}

/** Sends bytes, and reads the first answer to them. The line is cut then. */
export async function answerTo(port: number, request: Buffer | string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const bodiless = request.toString('latin1', 0, 5).startsWith('HEAD ');
  socket.on('error', () => undefined);
  socket.write(request);
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      const read = readAnswer(bytes, { bodiless });
      if (read) return read.answer;
    }
  } finally {
    socket.destroy();
  }
  const read = readAnswer(bytes, { bodiless, over: true });
  if (!read) throw new Error(`The line has ended without a whole answer: ${JSON.stringify(bytes.toString('latin1'))}`);
  return read.answer;
}

/** A request as bytes. Headers that are undefined are left out. */
export function requestBytes(start: string, headers: Readonly<Record<string, string | undefined>>, body = ''): string {
  const lines = Object.entries(headers).filter(([, value]) => value !== undefined);
  return `${start}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

type Body = { readonly body: string; readonly rest: Buffer };

function bodyOf(bytes: Buffer, headers: ReadonlyMap<string, string>, over: boolean): Body | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return chunksOf(bytes);
  const said = headers.get('content-length');
  if (said === undefined) return over ? { body: bytes.toString(), rest: Buffer.alloc(0) } : undefined;
  if (!/^\d+$/.test(said)) throw new Error(`no length: ${JSON.stringify(said)}`);
  const length = Number(said);
  if (bytes.length < length) return undefined;
  return { body: bytes.toString('utf8', 0, length), rest: bytes.subarray(length) };
}

function chunksOf(bytes: Buffer): Body | undefined {
  const chunks: Buffer[] = [];
  for (let offset = 0; ;) {
    const end = bytes.indexOf('\r\n', offset);
    if (end < 0) return undefined;
    const size = bytes.toString('latin1', offset, end);
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`no size of a chunk: ${JSON.stringify(size)}`);
    const start = end + 2;
    const next = start + Number.parseInt(size, 16) + 2;
    if (bytes.length < next) return undefined;
    if (bytes.toString('latin1', next - 2, next) !== '\r\n') throw new Error('a chunk does not end where it says');
    chunks.push(bytes.subarray(start, next - 2));
    if (next === start + 2) return { body: Buffer.concat(chunks).toString(), rest: bytes.subarray(next) };
    offset = next;
  }
}
