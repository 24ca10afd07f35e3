/**
 * The lock of a data directory: a socket in it, on which its owner answers who it is.
 * Relies on the kernel: a socket of a process that has died refuses, however it died, and it answers across containers,
 * whose process ids mean nothing to each other. Only a directory on one machine is covered, so a network disk is not.
 * Two that start at the same moment may both find a dead socket; the fence in the data file then stops the first.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EngineStartError } from '../../engine-start-error.ts';

/** Who holds a directory. */
interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** The socket's name in the directory. */
const OWNER_SOCKET = 'owner.sock';

/** Bytes of a socket's path that every system takes; Linux has room for 107, macOS for 103. */
const LONGEST_PATH = 100;

/** Milliseconds that an owner has to say who it is. One that is too busy, or stopped, is still the owner. */
const PATIENCE = 1000;

/** A directory that is ours until `release`, or until the process ends. */
export class DirectoryLock {
  private constructor(
    private readonly server: Server,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Makes the directory ours.
   *
   * @throws EngineStartError when it is somebody else's, by name, or cannot be anybody's
   */
  static async take(directory: string): Promise<DirectoryLock> {
    const handle = await open(directory, 'r');
    try {
      return new DirectoryLock(await own(directory, socketPath(directory, handle)), handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Lets others have it. */
  async release(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
    await this.handle.close();
  }
}

async function own(directory: string, path: string): Promise<Server> {
  const me: Owner = { token: randomUUID(), pid: process.pid, host: hostname(), since: new Date().toISOString() };
  let server = await listen(directory, path, me);
  if (!server) {
    const owner = await ask(path);
    if (owner)
      throw new EngineStartError(`${heldBy(directory, owner)}: stop that one first, or name another directory.`);
    await unlink(path).catch(() => {});
    server = await listen(directory, path, me);
  }
  const owner = await ask(path);
  if (server && owner && owner !== 'silent' && owner.token === me.token) return server;
  server?.close();
  throw new EngineStartError(`${heldBy(directory, owner ?? 'silent')}: it was started at the same moment.`);
}

/** Undefined when the socket's path is there already. */
async function listen(directory: string, path: string, me: Owner): Promise<Server | undefined> {
  const server = createServer((socket) => {
    // Whoever asks and goes away before the answer is none of our business.
    socket.on('error', () => {});
    socket.end(JSON.stringify(me));
  });
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw new EngineStartError(
      `The directory ${directory} (DATA_DIR) cannot be locked, as no socket can be made in it (${String(error)}): ` +
        'make it writable for this user, on a disk of this machine; in a container, use a volume.',
      { cause: error },
    );
  }
  return server.unref();
}

/** Asks who listens: undefined when nobody does. */
async function ask(path: string): Promise<Owner | 'silent' | undefined> {
  const socket = connect(path);
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), PATIENCE);
  try {
    await once(socket, 'connect');
  } catch {
    clearTimeout(timer);
    return undefined;
  }
  try {
    return JSON.parse(await text(socket)) as Owner;
  } catch {
    return 'silent';
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function heldBy(directory: string, owner: Owner | 'silent'): string {
  const who =
    owner === 'silent'
      ? 'another process, which does not answer'
      : `process ${owner.pid} on ${owner.host}, since ${owner.since}`;
  return `The directory ${directory} (DATA_DIR) is in use by ${who}`;
}

/** A long path is spoken of through the directory's descriptor, which is short. */
function socketPath(directory: string, { fd }: FileHandle): string {
  const path = join(directory, OWNER_SOCKET);
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : `/proc/self/fd/${fd}/${OWNER_SOCKET}`;
}
