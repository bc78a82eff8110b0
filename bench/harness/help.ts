/** What `chassis --help` takes, beside a Node that does nothing; in pairs, each run a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RepeatBudget } from './budget.js';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import type { Settings } from './settings.js';

const chassis = join(__dirname, '..', '..', '..', 'packages', 'cli', 'bin', 'chassis.js');
/** A run is short, so each round of the settings stands for this many. */
const runsPerRound = 5;

const programs = [
  { name: 'node -e 0', parameters: ['-e', '0'], said: '' },
  { name: 'chassis --help', parameters: [chassis, '--help'], said: 'chassis <command>' },
];

export async function measureHelp(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const samples: Sample[] = [];
  if (settings.peersOnly) return { samples, notes: [] };
  const rounds = settings.rounds * runsPerRound;
  const budget = new RepeatBudget(rounds);
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, parameters, said } of programs) {
      const slot = await budget.run(
        async () => run(node, parameters, said),
        () => true,
      );
      // the first pair only fills the caches of the disk
      if (round > 0) samples.push({ subject: name, measure: 'help', round, ...slot });
    }
  }
  console.log(`cli: ${rounds} pairs`);
  return { samples, notes: [`${rounds} pairs, spawn to exit`] };
}

function run(node: string, parameters: readonly string[], said: string): { wallMs: number } {
  const [program, ...words] = pinned(serverProcessor, [node, ...parameters]);
  const begun = performance.now();
  const { status, stdout } = spawnSync(program as string, words, { encoding: 'utf8' });
  const wallMs = performance.now() - begun;
  if (status !== 0 || !stdout.includes(said))
    throw new Error(`${parameters.join(' ')} ended with ${status}: ${stdout}`);
  return { wallMs };
}
