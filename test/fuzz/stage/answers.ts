/**
 * Everything that one hostile client is sent, looked at byte by byte: HTTP that parses, frames that keep RFC 6455, and nothing in
 * them that tells of the inside.
 */
import { isUtf8 } from 'node:buffer';
import { constants, inflateRawSync } from 'node:zlib';
import { BINARY, CLOSE, FrameReader, PING, PONG, TEXT } from '../../support/wire/frames.ts';
import type { RawFrame } from '../../support/wire/frames.ts';
import { readAnswer } from '../../support/wire/http.ts';
import { MARK } from '../kinds/opening.ts';

/** Traces of the inside: stacks, and paths of files. */
export const LEAK = /(?:\\n|\n)\s+at |node_modules|file:\/\/\/|\/dist\/|node:internal/;

/** Statuses of the 5xx that are an answer: not implemented, busy, a version of HTTP that nobody speaks. */
const FORESEEN = new Set([501, 503, 505]);
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);
const KNOWN_OPCODES = new Set([TEXT, BINARY, CLOSE, PING, PONG]);

/** The answers on one line. */
export class Answers {
  private bytes: Buffer = Buffer.alloc(0);
  private frames: FrameReader | undefined;
  private deflates = false;
  private wasClosed = false;
  /** HTTP answers that have ended. */
  private count = 0;
  /** The pong that answers the last frame has come. */
  private marked = false;
  private found: string | undefined;

  /** @param sent what the client writes: an answer to HEAD has no body, whatever it says */
  constructor(private readonly sent: Buffer) {}

  /** What was wrong first. */
  get problem(): string | undefined {
    return this.found;
  }

  /** Whether everything has been answered, as far as can be told. */
  get isComplete(): boolean {
    return this.frames ? this.marked || this.wasClosed : this.count > 0 && this.bytes.length === 0;
  }

  /** Takes in what came. */
  take(chunk: Buffer): void {
    if (this.found !== undefined) return;
    try {
      if (this.frames) this.takeFrames(chunk);
      else this.takeHttp(chunk);
    } catch (error) {
      this.found = error instanceof Error ? error.message : String(error);
    }
  }

  /** The server has ended the line by itself: nothing may be left that is not whole. */
  over(): void {
    if (this.found !== undefined) return;
    const rest = this.frames ? this.frames.rest : this.bytes;
    if (rest.length === 0) return;
    try {
      if (this.frames || !readAnswer(rest, { over: true })) this.found = `ends in the middle: ${rest.toString('hex')}`;
    } catch (error) {
      this.found = String(error);
    }
  }

  private takeHttp(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    // Which of several requests was a HEAD cannot be told from here.
    if (this.sent.includes('HEAD')) {
      this.count += 1;
      const text = this.bytes.toString();
      this.bytes = Buffer.alloc(0);
      if (LEAK.test(text)) throw new Error(`tells of the inside: ${text}`);
      return;
    }
    for (let read = readAnswer(this.bytes); read; read = readAnswer(this.bytes)) {
      const { answer, rest } = read;
      const { status, headers, body } = answer;
      this.bytes = rest;
      const all = `${[...headers].join()}${body}`;
      if (LEAK.test(all) && !headers.get('content-type')?.startsWith('text/javascript'))
        throw new Error(`tells of the inside: ${all}`);
      if (status >= 500 && !FORESEEN.has(status)) throw new Error(`answered ${status}: ${body}`);
      for (const name of ['server', 'x-powered-by', 'x-injected', 'set-cookie']) {
        if (headers.has(name)) throw new Error(`has the header ${name}`);
      }
      if (status === 101) {
        this.deflates = headers.get('sec-websocket-extensions')?.includes('permessage-deflate') ?? false;
        this.frames = new FrameReader();
        this.bytes = Buffer.alloc(0);
        this.takeFrames(rest);
        return;
      }
      if (status >= 200) this.count += 1;
    }
  }

  private takeFrames(chunk: Buffer): void {
    for (const frame of this.frames?.take(chunk) ?? []) {
      const broken = this.wasClosed ? 'comes behind a close frame' : brokenRule(frame, this.deflates);
      if (broken !== undefined)
        throw new Error(`a frame ${broken}: ${frame.opcode} ${frame.payload.toString('hex', 0, 200)}`);
      if (frame.opcode === CLOSE) this.wasClosed = true;
      else if (frame.opcode === PONG && frame.payload.toString() === MARK) this.marked = true;
      else if (frame.opcode === TEXT || frame.opcode === BINARY) lookInto(contents(frame));
    }
  }
}

function brokenRule(frame: RawFrame, deflates: boolean): string | undefined {
  const { opcode, fin, rsv, masked, headerLength, payload } = frame;
  if (!KNOWN_OPCODES.has(opcode)) return 'has an opcode that means nothing';
  if (masked) return 'is masked';
  if (!fin) return 'is in pieces';
  if (rsv !== 0 && !(rsv === 4 && deflates && opcode < CLOSE)) return `has the reserved bits ${rsv}`;
  if (headerLength !== (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10))
    return 'has a longer length than it needs';
  if (opcode >= CLOSE && payload.length > 125) return 'is a control frame that is too long';
  if (opcode === CLOSE) return brokenClose(payload);
  return undefined;
}

function brokenClose(payload: Buffer): string | undefined {
  if (payload.length === 0) return undefined;
  if (payload.length === 1) return 'closes with half a code';
  const code = payload.readUInt16BE(0);
  if (code < 1000 || code === 1004 || code === 1005 || code === 1006 || (code > 1014 && code < 3000) || code > 4999)
    return `closes with ${code}`;
  // A client may send this code, and gets it back; with this reason it is ours.
  if (code === 1011 && payload.toString('utf8', 2) === 'internal error') return 'says that the server failed';
  return isUtf8(payload.subarray(2)) ? undefined : 'has a reason that is no UTF-8';
}

function contents({ opcode, rsv1, payload }: RawFrame): string {
  const plain = rsv1
    ? inflateRawSync(Buffer.concat([payload, TAIL]), { finishFlush: constants.Z_SYNC_FLUSH })
    : payload;
  if (!isUtf8(plain))
    throw new Error(`a frame with the opcode ${opcode} is no UTF-8: ${plain.toString('hex', 0, 200)}`);
  return plain.toString();
}

function lookInto(text: string): void {
  const said = JSON.parse(text) as { event?: unknown; error?: unknown; data?: { code?: unknown } };
  if (LEAK.test(text)) throw new Error(`tells of the inside: ${text}`);
  if (said.error === 'internal' || (said.event === 'error' && said.data?.code === 'internal'))
    throw new Error(`answered "internal": ${text}`);
}
