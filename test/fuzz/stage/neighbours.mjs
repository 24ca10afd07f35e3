/**
 * Two well-behaved clients beside the hostile ones: one publishes, the other hears. They are a process of their own, so that the
 * latency that they see is the server's and not that of a busy fuzzer. Asked by a message, they fall silent and say what they saw.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Milliseconds between two publications. */
const EVERY = 10;

/** Milliseconds within which everything has to arrive once nothing more is sent. */
const PATIENCE = 5000;

const [, , url] = process.argv;
const CHANNEL = 'neighbours';
const sentAt = new Map();
let sent = 0;
let heard = 0;
let latencies = [];
let problems = [];

const complain = (problem) => void (problems.length < 5 && problems.push(problem));

function open(name) {
  const socket = new WebSocket(`${url}/ws`);
  socket.on('error', (error) => complain(`${name}: ${error.message}`));
  socket.on('close', (code) => complain(`${name} was closed with ${code}`));
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const frame = JSON.parse(String(Buffer.from(data)));
      if (frame.event === 'welcome') resolve(socket);
      else if (frame.event === 'message') hear(frame.data.text);
      else if (frame.event !== 'ack') complain(`${name} was sent ${frame.event}: ${frame.data?.code}`);
    });
  });
}

/** Every message once, and in order. */
function hear(text) {
  const number = Number(text);
  if (number !== heard + 1) complain(`heard ${number} after ${heard}`);
  heard = number;
  latencies.push(performance.now() - (sentAt.get(number) ?? 0));
  sentAt.delete(number);
}

const [author, hearer] = await Promise.all([open('the author'), open('the hearer')]);
hearer.send(JSON.stringify({ event: 'join', id: 0, data: { channel: CHANNEL } }));

function publish() {
  sent += 1;
  sentAt.set(sent, performance.now());
  author.send(JSON.stringify({ event: 'message', id: sent, data: { channel: CHANNEL, text: String(sent) } }));
}

let timer;
const begin = () => (timer = setInterval(publish, EVERY));

hearer.once('message', () => {
  begin();
  process.send('ready');
});

/** Falls silent, waits for what is under way, and tells. */
async function report() {
  clearInterval(timer);
  const deadline = performance.now() + PATIENCE;
  while (sentAt.size > 0 && performance.now() < deadline) await wait(5);
  if (sentAt.size > 0) complain(`${sentAt.size} messages have not arrived`);
  process.send({ latencies, problems });
  latencies = [];
  problems = [];
}

process.on('message', (said) => (said === 'go on' ? begin() : void report()));
