// Bun's own publish and subscribe, run by Bun: it looks into nothing and publishes what it got to everyone, the author included.
/* global Bun */
import process from 'node:process';

const { TLS_CERT_FILE, TLS_KEY_FILE } = process.env;
const tls = TLS_CERT_FILE && { cert: Bun.file(TLS_CERT_FILE), key: Bun.file(TLS_KEY_FILE) };

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  ...(tls && { tls }),
  fetch(request, serving) {
    return serving.upgrade(request) ? undefined : new Response('This is a WebSocket server.', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe('news');
      socket.send(JSON.stringify({ system: true, text: '你已连接公告频道' }));
    },
    message(_socket, data) {
      server.publish('news', data);
    },
  },
});

process.stdout.write(`listening at http://127.0.0.1:${server.port}\n`);
