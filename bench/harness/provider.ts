/** Requests per second and server CPU time per request, every server in every round. */
import { RepeatBudget, type Watched } from './budget.js';
import { checkServer } from './functional-check.js';
import { connections, load, loadTool } from './load.js';
import { processCpuMs } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { type Subject, subjects } from './subjects.js';
import { type Route, routes } from './workload.js';

interface Running {
  readonly subject: Subject;
  readonly server: ServerProcess;
}

interface Slot {
  readonly rate: number;
  readonly cpuMs: number;
  readonly cpuShare: number;
}

/** Below this share of its processor a server was not what limited the rate. */
const fullShare = 0.8;

function chosen(settings: Settings): readonly Subject[] {
  const { only, peersOnly } = settings;
  const candidates = peersOnly ? subjects.filter((subject) => !subject.name.startsWith('ours')) : subjects;
  return only ? candidates.filter((subject) => only.includes(subject.name)) : candidates;
}

async function startAll(settings: Settings, node: string): Promise<Running[]> {
  const running: Running[] = [];
  try {
    for (const subject of chosen(settings)) {
      const { script, environment } = subject;
      const server = await startServer({ node, script, ...(environment ? { environment } : {}) });
      running.push({ subject, server });
      await checkServer(subject.name, server.port);
    }
  } catch (error) {
    await stopAll(running);
    throw error;
  }
  return running;
}

async function stopAll(running: readonly Running[]): Promise<void> {
  for (const { server } of running) await stopServer(server);
}

async function measure(running: Running, route: Route, seconds: number): Promise<Slot> {
  const { server, subject } = running;
  await load(server.port, route, 1);
  const cpuBefore = processCpuMs(server.pid);
  const begun = performance.now();
  const { requests, rate, errors } = await load(server.port, route, seconds);
  const cpuMs = processCpuMs(server.pid) - cpuBefore;
  const elapsedMs = performance.now() - begun;
  if (errors > 0) throw new Error(`${subject.name} ${route.name}: ${errors} of ${requests} requests failed`);
  return { rate, cpuMs: cpuMs / requests, cpuShare: cpuMs / elapsedMs };
}

function isFull(slot: Slot & Watched): boolean {
  return slot.cpuShare >= fullShare;
}

/** Starts with another server in each round, so that none always follows the same one. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

export async function measureProvider(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const running = await startAll(settings, node);
  const samples: Sample[] = [];
  const slots = settings.rounds * running.length * routes.length;
  const budget = new RepeatBudget(slots * settings.seconds * 0.5);
  try {
    for (const route of routes) for (const one of running) await load(one.server.port, route, settings.warmUpSeconds);
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const route of routes) {
        for (const one of rotated(running, round)) {
          const slot = await budget.run(() => measure(one, route, settings.seconds), isFull);
          samples.push({ subject: one.subject.name, measure: route.name, round, ...slot });
          report(one.subject.name, route.name, round, slot);
        }
      }
    }
  } finally {
    await stopAll(running);
  }
  return {
    samples,
    notes: [`load: ${loadTool}, ${connections} connections, ${settings.rounds} rounds of ${settings.seconds} s`],
  };
}

function report(subject: string, route: string, round: number, slot: Slot & { clean: boolean }): void {
  const rate = Math.round(slot.rate).toString().padStart(7);
  const cpu = (slot.cpuMs * 1000).toFixed(1).padStart(7);
  console.log(
    `round ${round} ${route.padEnd(4)} ${subject.padEnd(13)} ${rate}/s ${cpu} us CPU${slot.clean ? '' : '  (disturbed)'}`,
  );
}
