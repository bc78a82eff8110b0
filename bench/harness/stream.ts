/** Streams of a hundred mebibytes, down and up: how fast, at what CPU time, and how far the server's memory grows meanwhile. */
import { join } from 'node:path';
import { streamBytes } from '../peers/stream-source.js';
import { RepeatBudget } from './budget.js';
import { processCpuMs, residentMb } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { median } from './statistics.js';
import { Transfer } from './transfer.js';

const root = join(__dirname, '..');
const servers = [
  { name: 'raw', script: join(root, 'peers', 'stream.js') },
  { name: 'ours', script: join(root, 'ours', 'stream.js') },
];
const ways = ['readable', 'iterable', 'up'] as const;
type Way = (typeof ways)[number];

const mebibytes = streamBytes / 1024 / 1024;
/** As many streams at once, so that the server is never out of work. */
const concurrent = 4;
const memoryMs = 25;

interface Slot {
  /** MB per second. */
  readonly rate: number;
  /** Per MB. */
  readonly cpuMs: number;
  readonly cpuShare: number;
  /** The most that was seen. */
  readonly residentMb: number;
}

interface Running {
  readonly name: string;
  readonly server: ServerProcess;
  /** Before anything was streamed. */
  readonly restingMb: number;
}

async function keepMoving(port: number, way: Way, until: number): Promise<number> {
  let transfers = 0;
  while (performance.now() < until) {
    const transfer = new Transfer(port, `/streams/${way}`);
    await (way === 'up' ? transfer.up() : transfer.down());
    transfers += 1;
  }
  return transfers;
}

async function stream({ server }: Running, way: Way, seconds: number): Promise<Slot> {
  let largest = residentMb(server.pid);
  const watch = setInterval(() => (largest = Math.max(largest, residentMb(server.pid))), memoryMs);
  const cpuBefore = processCpuMs(server.pid);
  const begun = performance.now();
  const moving = Array.from({ length: concurrent }, () => keepMoving(server.port, way, begun + seconds * 1000));
  const counts = await Promise.all(moving).finally(() => clearInterval(watch));
  const elapsedMs = performance.now() - begun;
  const cpuMs = processCpuMs(server.pid) - cpuBefore;
  const moved = counts.reduce((sum, count) => sum + count, 0) * mebibytes;
  return { rate: (moved / elapsedMs) * 1000, cpuMs: cpuMs / moved, cpuShare: cpuMs / elapsedMs, residentMb: largest };
}

async function startAll(running: Running[], settings: Settings, node: string): Promise<void> {
  for (const { name, script } of servers) {
    if (settings.peersOnly && name === 'ours') continue;
    const server = await startServer({ node, script });
    running.push({ name, server, restingMb: residentMb(server.pid) });
  }
}

export async function measureStream(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const running: Running[] = [];
  const samples: Sample[] = [];
  const budget = new RepeatBudget(settings.rounds * servers.length * ways.length * settings.seconds * 0.5);
  try {
    await startAll(running, settings, node);
    for (const way of ways) for (const one of running) await stream(one, way, settings.warmUpSeconds);
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const way of ways) {
        for (const one of round % 2 === 0 ? [...running].reverse() : running) {
          const slot = await budget.run(
            () => stream(one, way, settings.seconds),
            ({ cpuShare }) => cpuShare >= 0.8,
          );
          samples.push({ subject: one.name, measure: way, round, ...slot });
          console.log(`round ${round} ${way.padEnd(8)} ${one.name.padEnd(5)} ${said(slot)}`);
        }
      }
    }
  } finally {
    for (const { server } of running) await stopServer(server);
  }
  const notes = [
    `${concurrent} streams of ${mebibytes} MB at once, chunks of 64 KB, ${settings.rounds} rounds of ${settings.seconds} s`,
    ...running.flatMap((one) => ways.map((way) => memoryNote(one, way, samples))),
  ];
  return { samples, notes };
}

function said({ rate, cpuMs, residentMb: memory }: Slot): string {
  return `${rate.toFixed(0)} MB/s ${(cpuMs * 1000).toFixed(0)} us CPU per MB, at most ${memory.toFixed(0)} MB resident`;
}

/** Memory that does not grow is the same in the first round as in the last. */
function memoryNote({ name, restingMb }: Running, way: Way, samples: readonly Sample[]): string {
  const own = samples.filter((sample) => sample.subject === name && sample.measure === way);
  const peaks = own.map((sample) => (sample.residentMb ?? Number.NaN) - restingMb);
  const grown = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(0)} MB`;
  return `${name}, ${way}: resident memory above that at rest (${restingMb.toFixed(0)} MB) at most ${grown(peaks[0])} in the first round, ${grown(peaks.at(-1))} in the last, ${grown(median(peaks))} in the median`;
}
