/** From spawn to the first 200 of a hello service: compiled, and under ts-node with swc. Each start is a new process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RepeatBudget } from './budget.js';
import { pause, untilFirstAnswer } from './first-answer.js';
import { processCpuMs, residentMb } from './machine.js';
import type { Sample } from './results.js';
import { spawnServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const root = join(__dirname, '..', '..');
const helloPath = '/hello/world';
const settleMs = 300;
/** Starts are short, so each round of the settings stands for this many. */
const startsPerRound = 3;

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly residentMb: number;
}

interface Way {
  readonly measure: 'compiled' | 'ts-node';
  readonly nodeArguments: readonly string[];
  script(name: string): string;
  readonly environment: Readonly<Record<string, string>>;
}

const ways: readonly Way[] = [
  {
    measure: 'compiled',
    nodeArguments: [],
    script: (name) => join(root, 'dist', 'hello', `${name}.js`),
    environment: {},
  },
  {
    measure: 'ts-node',
    nodeArguments: [join(root, 'node_modules', 'ts-node', 'dist', 'bin.js')],
    script: (name) => join(root, 'hello', `${name}.ts`),
    environment: { TS_NODE_PROJECT: join(root, 'hello', 'tsconfig.json') },
  },
];

async function startOnce(node: string, way: Way, name: string): Promise<Start> {
  const { nodeArguments } = way;
  const registry = mkdtempSync(join(tmpdir(), 'bench-registry-'));
  const environment = { ...way.environment, REGISTRY_ADDRESS: pathToFileURL(registry).href };
  const begun = performance.now();
  const server = await spawnServer({ node, nodeArguments, script: way.script(name), environment });
  server.child.stdout?.resume();
  try {
    await untilFirstAnswer(server, helloPath);
    const wallMs = performance.now() - begun;
    const cpuMs = processCpuMs(server.pid);
    await pause(settleMs);
    return { wallMs, cpuMs, residentMb: residentMb(server.pid) };
  } finally {
    await stopServer(server);
    rmSync(registry, { recursive: true });
  }
}

function chosen(settings: Settings): string[] {
  const all = ['raw', 'express', 'nest', ...(settings.peersOnly ? [] : ['ours'])];
  return settings.only ? all.filter((name) => settings.only?.includes(name)) : all;
}

export async function measureStart(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const names = chosen(settings);
  const samples: Sample[] = [];
  const rounds = settings.rounds * startsPerRound;
  const budget = new RepeatBudget(rounds * names.length);
  for (const way of ways) {
    for (const name of names) await startOnce(node, way, name);
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of names) {
        const start = await budget.run(
          () => startOnce(node, way, name),
          ({ cpuMs, wallMs }) => cpuMs >= wallMs * 0.7,
        );
        samples.push({ subject: name, measure: way.measure, round, ...start });
      }
    }
    console.log(`start ${way.measure}: ${rounds} starts of ${names.join(', ')}`);
  }
  return {
    samples,
    notes: [`${rounds} starts each, spawn to first 200 on ${helloPath}; resident memory ${settleMs} ms later`],
  };
}
