/** What a change of a list costs by itself, measured inside one process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import type { Settings } from './settings.js';

const run = promisify(execFile);
const script = join(__dirname, '..', 'ours', 'registry', 'algorithms.js');

/** @returns CPU time by what was done */
export async function measureAlgorithms(node: string, settings: Settings): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    const command = pinned(serverProcessor, [node, script]);
    const { stdout } = await run(command[0] as string, command.slice(1));
    const [last = ''] = stdout.trim().split('\n').slice(-1);
    const costs = JSON.parse(last) as Readonly<Record<string, number>>;
    for (const [subject, nanoseconds] of Object.entries(costs))
      samples.push({ subject, measure: 'step', round, cpuMs: nanoseconds / 1e6, clean: true });
    const shown = Object.entries(costs).map(([row, nanoseconds]) => `${row} ${(nanoseconds / 1000).toFixed(1)} us`);
    console.log(`round ${round} ${shown.join(', ')}`);
  }
  return samples;
}
