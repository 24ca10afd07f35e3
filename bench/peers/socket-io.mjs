// Socket.IO as its documentation teaches it, on WebSockets alone: whatever is said is emitted to everyone.
import { createServer } from 'node:http';
import process from 'node:process';
import { Server } from 'socket.io';

const server = createServer();
const io = new Server(server, { transports: ['websocket'] });

io.on('connection', (socket) => {
  socket.on('message', (news) => io.emit('message', news));
});

server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening at http://127.0.0.1:${server.address().port}\n`);
});
