/**
 * What one pass-through handler adds to a call, beside what one awaited async closure adds; and what it costs to record one duration with
 * metrics, beside prom-client. Each is measured inside one process.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RepeatBudget } from './budget.js';
import { pinned, serverProcessor } from './machine.js';
import type { Sample } from './results.js';
import type { Settings } from './settings.js';

const run = promisify(execFile);
const links = join(__dirname, '..', 'ours', 'handler.js');
const records = join(__dirname, '..', 'ours', 'record.js');

/** Nanoseconds per link. */
interface Costs {
  readonly closure: number;
  readonly handler: number;
}

/** Nanoseconds per recorded duration. */
interface RecordCosts {
  readonly ours: number;
  readonly promClient: number;
}

async function costs<T>(node: string, script: string): Promise<T> {
  const command = pinned(serverProcessor, [node, script]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  return JSON.parse(stdout) as T;
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
      () => costs<Costs>(node, links),
      () => true,
    );
    samples.push({ subject: 'closure', measure: 'link', round, cpuMs: closure / 1e6, ...slot });
    samples.push({ subject: 'handler', measure: 'link', round, cpuMs: handler / 1e6, ...slot });
    console.log(`round ${round} link: closure ${closure.toFixed(1)} ns, handler ${handler.toFixed(1)} ns`);
    const { ours, promClient, ...recordSlot } = await budget.run(
      () => costs<RecordCosts>(node, records),
      () => true,
    );
    samples.push({ subject: 'prom-client', measure: 'record', round, cpuMs: promClient / 1e6, ...recordSlot });
    samples.push({ subject: 'histogram', measure: 'record', round, cpuMs: ours / 1e6, ...recordSlot });
    console.log(`round ${round} record: prom-client ${promClient.toFixed(1)} ns, histogram ${ours.toFixed(1)} ns`);
  }
  return { samples, notes: ['nanoseconds added by one link, from chains of twenty'] };
}
