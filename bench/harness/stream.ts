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
const raw = join(root, 'peers', 'stream.js');
const ours = join(root, 'ours', 'stream.js');
const servers = [
  { name: 'raw', script: raw },
  { name: 'ours', script: ours },
  { name: 'raw beside an idle application', script: raw, environment: { BESIDE: ours } },
];

interface Way {
  readonly measure: string;
  readonly path: 'readable' | 'iterable' | 'up';
  /** As many streams at once. */
  readonly streams: number;
}

const paths = ['readable', 'iterable', 'up'] as const;
const ways: readonly Way[] = [
  ...paths.map((path) => ({ measure: path, path, streams: 1 })),
  ...paths.map((path) => ({ measure: `four ${path}`, path, streams: 4 })),
];

const mebibytes = streamBytes / 1024 / 1024;
const memoryMs = 25;

interface Slot {
  /** MB per second. */
  readonly rate: number;
  /** Per MB. */
  readonly cpuMs: number;
  readonly cpuShare: number;
  /** The most that was seen. */
  readonly residentMb: number;
  readonly grownMb: number;
}

interface Running {
  readonly name: string;
  readonly server: ServerProcess;
  /** Before anything was streamed. */
  readonly restingMb: number;
}

async function keepMoving(port: number, path: Way['path'], until: number): Promise<number> {
  let transfers = 0;
  while (performance.now() < until) {
    const transfer = new Transfer(port, `/streams/${path}`);
    await (path === 'up' ? transfer.up() : transfer.down());
    transfers += 1;
  }
  return transfers;
}

async function stream({ server, restingMb }: Running, way: Way, seconds: number): Promise<Slot> {
  let largest = residentMb(server.pid);
  const watch = setInterval(() => (largest = Math.max(largest, residentMb(server.pid))), memoryMs);
  const cpuBefore = processCpuMs(server.pid);
  const begun = performance.now();
  const moving = Array.from({ length: way.streams }, () => keepMoving(server.port, way.path, begun + seconds * 1000));
  const counts = await Promise.all(moving).finally(() => clearInterval(watch));
  const elapsedMs = performance.now() - begun;
  const cpuMs = processCpuMs(server.pid) - cpuBefore;
  const moved = counts.reduce((sum, count) => sum + count, 0) * mebibytes;
  return {
    rate: (moved / elapsedMs) * 1000,
    cpuMs: cpuMs / moved,
    cpuShare: cpuMs / elapsedMs,
    residentMb: largest,
    grownMb: largest - restingMb,
  };
}

async function startAll(running: Running[], settings: Settings, node: string): Promise<void> {
  for (const { name, script, environment } of servers) {
    if (settings.peersOnly && name !== 'raw') continue;
    const server = await startServer({ node, script, ...(environment && { environment }) });
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
            () => true,
          );
          samples.push({ subject: one.name, measure: way.measure, round, ...slot });
          console.log(`round ${round} ${way.measure.padEnd(13)} ${one.name.slice(0, 10).padEnd(10)} ${said(slot)}`);
        }
      }
    }
  } finally {
    for (const { server } of running) await stopServer(server);
  }
  const notes = [
    `streams of ${mebibytes} MB one after another, and four at once; chunks of 64 KB, ${settings.rounds} rounds of ${settings.seconds} s`,
    ...running.flatMap((one) => ways.map((way) => memoryNote(one, way, samples))),
  ];
  return { samples, notes };
}

function said({ rate, cpuMs, residentMb: memory }: Slot): string {
  return `${rate.toFixed(0)} MB/s ${(cpuMs * 1000).toFixed(0)} us CPU per MB, at most ${memory.toFixed(0)} MB resident`;
}

/** Memory that does not grow is the same in the first round as in the last. */
function memoryNote({ name, restingMb }: Running, { measure }: Way, samples: readonly Sample[]): string {
  const own = samples.filter((sample) => sample.subject === name && sample.measure === measure);
  const peaks = own.map((sample) => sample.grownMb ?? Number.NaN);
  const grown = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(0)} MB`;
  return `${name}, ${measure}: resident memory above that at rest (${restingMb.toFixed(0)} MB) at most ${grown(peaks[0])} in the first round, ${grown(peaks.at(-1))} in the last, ${grown(median(peaks))} in the median`;
}
