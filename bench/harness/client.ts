/** Calls per second of a client whose processor is full, against raw `node:http` on the other processor. */
import { join } from 'node:path';
import { type Caller, callRounds } from './caller-rounds.js';
import { loadProcessor } from './machine.js';
import type { Sample } from './results.js';
import { startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const root = join(__dirname, '..');
const backend = join(root, 'peers', 'raw.js');

const undici = { name: 'undici', script: join(root, 'peers', 'undici-client.js') };
const ours = { name: 'ours', script: join(root, 'ours', 'client.js') };
const governed: readonly Caller[] = [
  undici,
  { ...ours, name: 'ours-governed', environment: { GOVERNED: 'on' } },
  { name: 'undici-opossum', script: join(root, 'peers', 'undici-opossum-client.js') },
  { name: 'undici-cockatiel', script: join(root, 'peers', 'undici-cockatiel-client.js') },
  ours,
];

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
  const callers = clients.filter(({ name }) => !(settings.peersOnly && name.startsWith('ours')));
  const server = await startServer({ node, script: backend, processor: loadProcessor });
  try {
    const samples = await callRounds({ callers, backend: String(server.port), settings, node });
    return { samples, notes: [`fifty calls in flight, ${settings.rounds} rounds of ${settings.seconds} s`] };
  } finally {
    await stopServer(server);
  }
}
