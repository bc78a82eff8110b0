/**
 * From saving a file to the first answer that shows the change: every development run watches a project of its own with the same hello in it,
 * all stay up, and they take turns.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { RepeatBudget } from './budget.js';
import { pause } from './first-answer.js';
import { ask } from './functional-check.js';
import type { Sample } from './results.js';
import { freePort } from './server-process.js';
import type { Settings } from './settings.js';

const bench = join(__dirname, '..', '..');
const nest = join(bench, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const chassis = join(bench, '..', 'packages', 'cli', 'bin', 'chassis.js');
const pollMs = 5;
const giveUpMs = 60_000;
/** Watchers come to rest before the next change. */
const restMs = 1500;
const endMs = 3000;
/** A restart is short, so each round of the settings stands for this many. */
const restartsPerRound = 2;

interface Tool {
  readonly name: string;
  readonly project: 'nest' | 'ours';
  readonly command: readonly string[];
}

const tools: readonly Tool[] = [
  { name: 'nest', project: 'nest', command: [nest, 'start', '--watch'] },
  { name: 'nest-swc', project: 'nest', command: [nest, 'start', '--watch', '--builder', 'swc'] },
  { name: 'ours', project: 'ours', command: [chassis, 'dev'] },
];

interface Running {
  readonly tool: Tool;
  readonly folder: string;
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(tool: Tool, node: string): Promise<Running> {
  // below the benchmark's own folder, where its packages are found
  const folder = mkdtempSync(join(bench, 'dist', `dev-${tool.name}-`));
  cpSync(join(bench, 'dev', tool.project), folder, { recursive: true });
  const port = await freePort();
  const registry = pathToFileURL(join(folder, 'registry')).href;
  const environment = { PORT: String(port), REGISTRY_ADDRESS: registry, TMPDIR: tmpdir() };
  const child = spawn(node, [...tool.command], {
    cwd: folder,
    stdio: 'ignore',
    // a group of its own, so that it can be ended with all that it started
    detached: true,
    env: { ...process.env, ...environment },
  });
  return { tool, folder, child, port };
}

async function untilAnswered(running: Running, text: string): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < giveUpMs) {
    const answer = await ask(running.port, '/hello/world').catch(() => undefined);
    if (answer?.text.includes(text)) return;
    if (running.child.exitCode !== null) throw new Error(`${running.tool.name} ended by itself`);
    await pause(pollMs);
  }
  throw new Error(`${running.tool.name} did not answer ${text} within ${giveUpMs} ms`);
}

async function change(running: Running, greeting: string): Promise<{ wallMs: number }> {
  await pause(restMs);
  const begun = performance.now();
  writeFileSync(join(running.folder, 'src', 'greeting.ts'), `export const greeting = '${greeting}';\n`);
  await untilAnswered(running, greeting);
  return { wallMs: performance.now() - begun };
}

async function stop({ child, folder }: Running): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  child.kill('SIGTERM');
  await Promise.race([ended, pause(endMs)]);
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    // nobody is left in its group
  }
  rmSync(folder, { recursive: true, force: true });
}

export async function measureDev(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const chosen = tools.filter(
    ({ name }) => (settings.only?.includes(name) ?? true) && !(settings.peersOnly && name === 'ours'),
  );
  const running: Running[] = [];
  const samples: Sample[] = [];
  const rounds = settings.rounds * restartsPerRound;
  const budget = new RepeatBudget(rounds * 2);
  let count = 0;
  const next = () => `hello ${(count += 1)} to`;
  try {
    for (const tool of chosen) {
      const one = await start(tool, node);
      running.push(one);
      await untilAnswered(one, 'hello 0');
      // the first restart still fills caches
      await change(one, next());
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const one of running) {
        const slot = await budget.run(
          () => change(one, next()),
          () => true,
        );
        samples.push({ subject: one.tool.name, measure: 'restart', round, ...slot });
        console.log(`round ${round} restart ${one.tool.name.padEnd(9)} ${slot.wallMs.toFixed(0)} ms`);
      }
    }
  } finally {
    for (const one of running) await stop(one);
  }
  return { samples, notes: [`${rounds} changes of one line in a file that the main file imports; not pinned`] };
}
