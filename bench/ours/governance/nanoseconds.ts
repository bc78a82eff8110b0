/** What a call costs on this processor: batches of all subjects in turn, the median of each, less that of the same call without it. */
import type { Invocation } from '@ts-chassis/core';

export interface Subject {
  readonly name: string;
  readonly invocation: Invocation;
  call(invocation: Invocation): Promise<unknown>;
}

const runs = 20_000;
const batches = 15;

/** CPU time of the process: others on the machine do not count, collecting garbage does. */
async function nanosecondsPerCall({ call, invocation }: Subject): Promise<number> {
  const begun = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) {
    // what the links write on a call: each call is to find none of it
    invocation.mark = undefined;
    invocation.tags = undefined;
    invocation.endpoint = undefined;
    await call(invocation);
  }
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) * 1000) / runs;
}

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[values.length >> 1] as number;
}

/** @returns nanoseconds per call that each adds to `base`, by name */
export async function measured(base: Subject, subjects: readonly Subject[]): Promise<Record<string, number>> {
  const all = [base, ...subjects];
  const costs = new Map(all.map((subject) => [subject, [] as number[]]));
  for (let batch = -2; batch < batches; batch += 1) {
    for (const subject of all) {
      const cost = await nanosecondsPerCall(subject);
      // the first ones are compiled while they run
      if (batch >= 0) costs.get(subject)?.push(cost);
    }
  }
  const least = median(costs.get(base) ?? []);
  return Object.fromEntries(subjects.map((subject) => [subject.name, median(costs.get(subject) ?? []) - least]));
}
