/** Rules changed while the provider works: from a file's rename to its effect, how long the event loop is held up, and what idle state holds. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pause } from './first-answer.js';
import { load } from './load.js';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { routes } from './workload.js';

const run = promisify(execFile);
const scripts = join(__dirname, '..', 'ours', 'governance');
const manyRules = 10_000;
/** How often a file is renamed; ten times with many rules under load. */
const fewTimes = 20;
const manyTimes = 10;
const patienceMs = 10_000;

interface Measured {
  samples: Sample[];
  notes: string[];
}

/** As many rules as said, of which `mark` is the one that the requests meet. */
function rulesText(count: number, mark: string): string {
  const rule = (name: string, user: string) =>
    `    ${name}: { matches: [{ headers: { x-user: { exact: ${user} } } }] }\n`;
  let text = `servicecomb:\n  match:\n${rule(mark, 'tester')}`;
  for (let number = 1; number < count; number += 1) text += rule(`rule-${number}`, `user-${number}`);
  return text;
}

/** The folder of rules, and the requests that show which are in force. */
class Rules {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-rules-'));
  readonly #aside = mkdtempSync(join(tmpdir(), 'bench-aside-'));
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #port = 0;
  #number = 0;

  constructor() {
    writeFileSync(join(this.folder, 'rules.yaml'), rulesText(1, 'first'));
  }

  use(port: number): void {
    this.#port = port;
  }

  /** Puts other rules in the place of those in force. @returns how long after the rename a request shows them */
  async change(count: number): Promise<number> {
    const mark = `mark-${(this.#number += 1)}`;
    const written = join(this.#aside, 'rules.yaml');
    writeFileSync(written, rulesText(count, mark));
    const begun = performance.now();
    renameSync(written, join(this.folder, 'rules.yaml'));
    while ((await this.#mark()) !== mark)
      if (performance.now() - begun > patienceMs) throw new Error(`rules without effect after ${patienceMs} ms`);
    return performance.now() - begun;
  }

  remove(): void {
    this.#agent.destroy();
    for (const folder of [this.folder, this.#aside]) rmSync(folder, { recursive: true });
  }

  #mark(): Promise<unknown> {
    const options = {
      port: this.#port,
      host: '127.0.0.1',
      path: '/users/42?limit=10',
      headers: { 'x-user': 'tester' },
    };
    return new Promise((resolve, reject) => {
      get({ ...options, agent: this.#agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.headers['x-mark']));
      }).on('error', reject);
    });
  }
}

async function asked(server: ServerProcess, message: string): Promise<unknown> {
  const answer = once(server.child, 'message');
  server.child.send(message);
  return ((await answer) as unknown[])[0];
}

/** The longest time that the event loop was held up while something was done under load. */
async function longestPause(server: ServerProcess, seconds: number, work: () => Promise<void>): Promise<number> {
  const [route] = routes;
  if (!route) throw new Error('no route');
  const loaded = load(server.port, route, seconds);
  await pause(500);
  await asked(server, 'watch');
  await work();
  const { longestMs } = (await asked(server, 'report')) as { longestMs: number };
  const { errors } = await loaded;
  if (errors > 0) throw new Error(`${errors} requests failed during the reload`);
  return longestMs;
}

async function measureFew(rules: Rules): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= fewTimes; round += 1) {
    const wallMs = await rules.change(1);
    samples.push({ subject: 'ours', measure: 'effect', round, wallMs, clean: true });
    // a change right behind another one would be taken together with it
    await pause(100);
  }
  return samples;
}

async function measureMany(server: ServerProcess, rules: Rules, times: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 0; round <= times; round += 1) {
    const quiet = await longestPause(server, 2, () => pause(1000));
    let effectMs = 0;
    const longest = await longestPause(server, 3, async () => {
      effectMs = await rules.change(manyRules);
      await pause(500);
    });
    console.log(
      `reload ${round}: effect ${effectMs.toFixed(0)} ms, longest pause ${longest.toFixed(1)} ms (${quiet.toFixed(1)} ms without)`,
    );
    // with the first one the rules become many: what is replaced by it is one rule
    if (round === 0) continue;
    samples.push({ subject: 'reload', measure: 'pause', round, wallMs: longest, clean: true });
    samples.push({ subject: 'no reload', measure: 'pause', round, wallMs: quiet, clean: true });
    samples.push({ subject: 'ours', measure: 'effect of many', round, wallMs: effectMs, clean: true });
  }
  return samples;
}

interface Idle {
  readonly each: number;
  readonly kept: number;
}

async function measureIdle(node: string): Promise<Measured> {
  const command = pinned(serverProcessor, [node, '--expose-gc', join(scripts, 'idle.js')]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  const [last = ''] = stdout.trim().split('\n').slice(-1);
  const found = Object.entries(JSON.parse(last) as Record<string, Idle>);
  const notes = found.map(
    ([name, { each, kept }]) =>
      `an idle ${name} holds ${Math.round(each)} bytes; after a hundred thousand of them the heap holds as much as ${Math.round(kept)}`,
  );
  for (const note of notes) console.log(note);
  const samples = found.map(([subject, { each }]): Sample => ({
    subject,
    measure: 'idle',
    round: 1,
    bytes: each,
    clean: true,
  }));
  return { samples, notes };
}

export async function measureReload(settings: Settings, node: string): Promise<Measured> {
  if (settings.peersOnly) return { samples: [], notes: [] };
  const idle = await measureIdle(node);
  const rules = new Rules();
  const environment = { RULES: rules.folder };
  const server = await startServer({ node, script: join(scripts, 'reloading.js'), channel: true, environment });
  try {
    rules.use(server.port);
    const few = await measureFew(rules);
    const many = await measureMany(server, rules, settings.quick ? 2 : manyTimes);
    const notes = [`${fewTimes} changes of one rule, without load; ${manyTimes} of ${manyRules} rules at full load`];
    return { samples: [...idle.samples, ...few, ...many], notes: [...notes, ...idle.notes] };
  } finally {
    await stopServer(server);
    rules.remove();
  }
}
