/** Requests per second and server CPU time per request, every server in every round: bare, and with what is added to a bare server. */
import { RepeatBudget, type Watched } from './budget.js';
import { checkServer } from './functional-check.js';
import { connections, load, loadTool } from './load.js';
import { processCpuMs } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { type Subject, subjects, taking } from './subjects.js';
import { turned } from './turned.js';
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

function chosen(section: keyof typeof taking, { only, peersOnly }: Settings): Subject[] {
  return taking[section]
    .filter((name) => (only?.includes(name) ?? true) && !(peersOnly && name.startsWith('ours')))
    .flatMap((name) => subjects.find((subject) => subject.name === name) ?? []);
}

async function startAll(chosen: readonly Subject[], node: string): Promise<Running[]> {
  const running: Running[] = [];
  try {
    for (const subject of chosen) {
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

interface Measured {
  samples: Sample[];
  notes: string[];
}

export function measureProvider(settings: Settings, node: string): Promise<Measured> {
  return measureAll(chosen('provider', settings), settings, node);
}

/** Middleware, metrics and traces beside a server without. Their ratios are near one, so that more and shorter rounds say more. */
export function measureFeatures(settings: Settings, node: string): Promise<Measured> {
  const shorter = { ...settings, rounds: settings.rounds * 2, seconds: Math.max(1, settings.seconds / 2) };
  return measureAll(chosen('features', settings), shorter, node);
}

/** Governance and metrics beside bare servers. */
export function measureGoverned(settings: Settings, node: string): Promise<Measured> {
  const shorter = {
    ...settings,
    seconds: Math.max(1, settings.seconds / 2),
    warmUpSeconds: Math.max(1, settings.warmUpSeconds / 2),
  };
  return measureAll(chosen('governed', settings), shorter, node);
}

async function measureAll(chosen: readonly Subject[], settings: Settings, node: string): Promise<Measured> {
  const running = await startAll(chosen, node);
  const samples: Sample[] = [];
  const slots = settings.rounds * running.length * routes.length;
  const budget = new RepeatBudget(slots * settings.seconds * 0.5);
  try {
    for (const route of routes) for (const one of running) await load(one.server.port, route, settings.warmUpSeconds);
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const route of routes) {
        for (const one of turned(running, round)) {
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
