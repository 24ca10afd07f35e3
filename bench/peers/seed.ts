/**
 * The seed's way: what a tutorial's WebSocket server does. It looks into nothing and sends what it got to one client after another,
 * as binary frames. With COMPRESSION=true it deflates, from the first byte, since `ws` would leave texts this short alone.
 */
import { WebSocket, WebSocketServer } from 'ws';
import { announceListening, httpServer } from './listening.ts';

const server = httpServer();
const compression = process.env['COMPRESSION'] === 'true';
const sockets = new WebSocketServer({ server, perMessageDeflate: compression && { threshold: 0 } });

sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const client of sockets.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(data);
    }
  });
  socket.send(Buffer.from(JSON.stringify({ system: true, text: '你已连接公告频道' })));
});

server.listen(0, '127.0.0.1', () => announceListening(server));
