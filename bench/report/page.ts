/**
 * docs/benchmarks.md: a run for whoever was not there, with what each row means and how it was measured.
 */
import type { Results } from '../results.ts';
import { barsTable, verdictsOf } from './bars.ts';
import { machineLine, rowSections } from './report.ts';

/** The page. */
export function pageOf(results: Results): string {
  return [
    INTRODUCTION,
    machineLine(results),
    `## The bars\n\n${BARS}\n\n${barsTable(verdictsOf(results))}`,
    ...rowSections(results, (method) => [method]),
    METHOD,
  ].join('\n\n');
}

const INTRODUCTION = `# Benchmarks

<!-- Written by \`npm run bench -- --publish\`. Change bench/report/page.ts instead. -->

What Belfry costs beside other ways to do the same, measured in one run on one machine. \`npm run bench\` measures it on
yours in about twenty minutes, and \`npm run bench -- --quick\` in under two. Only compare figures of the same run.

![Bars: deliveries per second of server CPU, and memory per idle connection](benchmarks.svg)`;

const BARS = `What Belfry holds itself to. A bar that is missed is a task, and is shown as what it is. Those about single and steady
announcements, inbound messages and new connections lie close to their limits, and a run may find them on either side:

- **Single and steady.** Of what a delivery costs, some four fifths are the kernel's, for a bare loop of \`socket.write\` as much as
  for everybody here; on one machine such a loop took 4.06 µs and the same with ws's framing 4.28 µs. What is Belfry's own is
  a third of a millisecond to half of one for each *message*: validated, committed by a thread of its own (some six pages and one
  flush), and shared by all who hear it. Tried without gain: writing at once instead of at the end of the turn, commits
  that wait for the flush before them.
- **Inbound.** A third of it is the log's thread, a fifth class-validator and class-transformer.`;

const METHOD = `## Who is compared

- **Belfry \`/ws\`**: [channels](protocol.md) as they are shipped. Every message is validated, durable before it is acknowledged,
  kept, and numbered; the heartbeat is on.
- **Belfry \`/\`**: the plain protocol of the same server, on the wire what the seed's way is.
- **The seed's way**: a loop over the clients of \`ws\` that sends on what it got, as a tutorial's server does. It checks and keeps
  nothing. Multiples in brackets are of its figures.
- **Socket.IO**: \`io.emit\`, on WebSockets alone, uncompressed as is its default. It checks and keeps nothing.
- **Plain Nest gateway**: the stock \`WsAdapter\`, a \`ValidationPipe\` with Belfry's own DTO, a loop over the clients. It keeps
  nothing.
- **Bun**: the publish and subscribe of \`Bun.serve\`, which is native code. It checks and keeps nothing.
- Not here: **uWebSockets.js**, which is not in the npm registry, so that \`npm ci\` cannot bring it. Its published figures say
  2.16 µs of CPU per delivery where the seed's way took 6.54 µs, 0.330 times as much; that is where one bar comes from.

## How it is measured

- Server and load are two processes, each bound to a core of its own where \`taskset\` allows it; a third only directs them. Each
  measuring has a server that was just started, with its data in a new directory, and settings at their defaults.
- The contenders take turns, round after round, so that whatever else the machine does meanwhile touches all of them. Shown are
  medians of the rounds.
- The load speaks raw sockets and counts frames where they lie. It looks into every message only where a publisher waits for its
  own, and into those of about ten connections, for latency. Whether it was the bottleneck is measured and noted.
- **Server CPU** is user and system time of the server's process, all its threads, over the window: what a delivery costs,
  whichever side was the bottleneck. **Latency** is from publishing to arriving, on one clock. **Resident** is the memory of
  the server at the end.
- All is on one machine, over loopback: no network is in these figures.`;
