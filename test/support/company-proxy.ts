/** A proxy as some companies have them: it may drop every connection that asks for an upgrade, or whatever is open. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** Drops upgrades until it is told otherwise. Close it after the test. */
export class CompanyProxy {
  letsWebSocketsThrough = false;
  private readonly lines = new Set<Socket>();
  private readonly server: Server;

  private constructor(target: number) {
    this.server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const socket of [near, far]) {
        this.lines.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => this.end(near, far));
      }
      near.on('data', (chunk: Buffer) => {
        if (!this.letsWebSocketsThrough && /^upgrade: websocket/im.test(chunk.toString('latin1'))) this.end(near, far);
        else far.write(chunk);
      });
      far.pipe(near);
    });
  }

  /** @param target the server's port */
  static async start(target: number): Promise<CompanyProxy> {
    const proxy = new CompanyProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** `127.0.0.1:41234` */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Every connection breaks, in the middle of whatever it was carrying. */
  cut(): void {
    for (const socket of this.lines) socket.resetAndDestroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private end(...sockets: Socket[]): void {
    for (const socket of sockets) {
      socket.destroy();
      this.lines.delete(socket);
    }
  }
}
