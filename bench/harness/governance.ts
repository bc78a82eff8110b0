/** What single links of governance cost, beside libraries for the same task and an awaited closure; measured inside one process each. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RepeatBudget } from './budget.js';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import type { Settings } from './settings.js';

const run = promisify(execFile);
const folder = join(__dirname, '..', 'ours', 'governance');
const scripts = ['admission.js', 'choice.js'];

/** Nanoseconds per call, by `task subject`; without a subject there is nobody to compare with. */
type Costs = Readonly<Record<string, number>>;

async function costs(node: string, script: string): Promise<{ costs: Costs }> {
  const command = pinned(serverProcessor, [node, join(folder, script)]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  // what the application logs comes before
  const [last = ''] = stdout.trim().split('\n').slice(-1);
  return { costs: JSON.parse(last) as Costs };
}

/** `limiter ours`: task and subject. Other rows are a task of their own, named alike. */
function namesOf(row: string): { measure: string; subject: string } {
  const [, task, subject] = /^(limiter|breaker|bulkhead) (.+)$/.exec(row) ?? [];
  return task && subject ? { measure: task, subject } : { measure: 'choice', subject: row };
}

export async function measureGovernance(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const samples: Sample[] = [];
  if (settings.peersOnly) return { samples, notes: [] };
  const budget = new RepeatBudget(settings.rounds * 10);
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const script of scripts) {
      const { costs: found, ...slot } = await budget.run(
        () => costs(node, script),
        () => true,
      );
      for (const [row, nanoseconds] of Object.entries(found))
        samples.push({ ...namesOf(row), round, cpuMs: nanoseconds / 1e6, ...slot });
      const shown = Object.entries(found).map(([row, nanoseconds]) => `${row} ${nanoseconds.toFixed(0)} ns`);
      console.log(`round ${round} ${shown.join(', ')}`);
    }
  }
  const notes = [
    'nanoseconds of CPU time that each adds to a call, from batches of 20,000 calls in turn, one at a time',
  ];
  return { samples, notes };
}
