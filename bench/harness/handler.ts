/** What one pass-through handler adds to a call, beside what one awaited async closure adds: measured inside one process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RepeatBudget } from './budget.js';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import type { Settings } from './settings.js';

const run = promisify(execFile);
const script = join(__dirname, '..', 'ours', 'handler.js');

/** Nanoseconds per link. */
interface Costs {
  readonly closure: number;
  readonly handler: number;
}

async function costs(node: string): Promise<Costs> {
  const command = pinned(serverProcessor, [node, script]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  return JSON.parse(stdout) as Costs;
}

export async function measureHandler(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const samples: Sample[] = [];
  if (settings.peersOnly) return { samples, notes: [] };
  const budget = new RepeatBudget(settings.rounds * 10);
  for (let round = 1; round <= settings.rounds; round += 1) {
    const { closure, handler, ...slot } = await budget.run(
      () => costs(node),
      () => true,
    );
    samples.push({ subject: 'closure', measure: 'link', round, cpuMs: closure / 1e6, ...slot });
    samples.push({ subject: 'handler', measure: 'link', round, cpuMs: handler / 1e6, ...slot });
    console.log(`round ${round} link: closure ${closure.toFixed(1)} ns, handler ${handler.toFixed(1)} ns`);
  }
  return { samples, notes: ['nanoseconds added by one link, from chains of twenty'] };
}
