/** Calls per second of a client whose processor is full, against raw `node:http` on the other processor. */
import { once } from 'node:events';
import { join } from 'node:path';
import { RepeatBudget } from './budget.js';
import type { CallReport } from './call-loop.js';
import { loadProcessor } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const root = join(__dirname, '..');
const backend = join(root, 'peers', 'raw.js');

interface Caller {
  readonly name: string;
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const undici = { name: 'undici', script: join(root, 'peers', 'undici-client.js') };
const ours = { name: 'ours', script: join(root, 'ours', 'client.js') };
const governed: readonly Caller[] = [
  undici,
  { ...ours, name: 'ours-governed', environment: { GOVERNED: 'on' } },
  { name: 'undici-opossum', script: join(root, 'peers', 'undici-opossum-client.js') },
  { name: 'undici-cockatiel', script: join(root, 'peers', 'undici-cockatiel-client.js') },
  ours,
];

interface Running {
  readonly name: string;
  readonly process: ServerProcess;
}

async function call(
  client: ServerProcess,
  seconds: number,
): Promise<{ rate: number; cpuMs: number; cpuShare: number }> {
  const answer = once(client.child, 'message');
  client.child.send({ seconds });
  const [{ calls, elapsedMs, cpuMs }] = (await answer) as [CallReport];
  return { rate: (calls / elapsedMs) * 1000, cpuMs: cpuMs / calls, cpuShare: cpuMs / elapsedMs };
}

async function startAll(clients: readonly Caller[], node: string, port: number): Promise<Running[]> {
  const running: Running[] = [];
  for (const { name, script, environment } of clients) {
    const options = { node, script, channel: true, environment: { BACKEND_PORT: String(port), ...environment } };
    running.push({ name, process: await startServer(options) });
  }
  return running;
}

interface Measured {
  samples: Sample[];
  notes: string[];
}

export function measureClient(settings: Settings, node: string): Promise<Measured> {
  return measureAll([undici, ours], settings, node);
}

/** Governance on the caller's side, beside libraries for parts of it. */
export function measureCallers(settings: Settings, node: string): Promise<Measured> {
  return measureAll(governed, { ...settings, warmUpSeconds: settings.warmUpSeconds / 2 }, node);
}

async function measureAll(clients: readonly Caller[], settings: Settings, node: string): Promise<Measured> {
  const chosen = clients.filter(({ name }) => !(settings.peersOnly && name.startsWith('ours')));
  const server = await startServer({ node, script: backend, processor: loadProcessor });
  const running: Running[] = [];
  const samples: Sample[] = [];
  try {
    running.push(...(await startAll(chosen, node, server.port)));
    for (const client of running) await call(client.process, settings.warmUpSeconds);
    const budget = new RepeatBudget(settings.rounds * running.length * settings.seconds * 0.5);
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const { name, process } of running) {
        const slot = await budget.run(
          () => call(process, settings.seconds),
          ({ cpuShare }) => cpuShare >= 0.8,
        );
        samples.push({ subject: name, measure: 'call', round, ...slot });
        console.log(
          `round ${round} client ${name.padEnd(13)} ${Math.round(slot.rate)}/s ${(slot.cpuMs * 1000).toFixed(1)} us CPU`,
        );
      }
    }
  } finally {
    for (const client of running) await stopServer(client.process);
    await stopServer(server);
  }
  return { samples, notes: [`fifty calls in flight, ${settings.rounds} rounds of ${settings.seconds} s`] };
}
