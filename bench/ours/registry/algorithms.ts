/** Prints, as JSON, the nanoseconds that one change of a list costs, and a list that did not change, and calls by rules about versions. */
import { type Instance, InstanceCache, parseEndpoint, silentLogger, systemClock } from '@ts-chassis/core';
import { measured, type Subject } from '../governance/nanoseconds.js';
import { probe } from '../governance/probed-link.js';

const batches = 9;
const batchMs = 40;
const query = { environment: '', app: 'default', service: 'catalog' };

function instance(number: number): Instance {
  return {
    ...query,
    id: `instance-${String(number * 7919).padStart(10, '0')}`,
    version: `1.0.${number % 3}`,
    hostName: `host-${number}.cluster.example`,
    status: 'UP',
    endpoints: [parseEndpoint(`rest://10.0.0.1:${8000 + (number % 1000)}`)],
    metadata: { mark: '', tier: 'backend' },
    dataCenter: { name: 'east', region: 'region-1', availableZone: `zone-${number % 3}` },
  };
}

const list = (count: number) => Array.from({ length: count }, (_, number) => instance(number));

/** A step that can be made again and again. */
type Step = (number: number) => unknown;

/** A cache that knows so many instances, and tells one listener of changes. */
async function cacheOf(count: number, listed: () => readonly Instance[]): Promise<InstanceCache> {
  const cache = new InstanceCache({
    clock: systemClock,
    logger: silentLogger,
    fetch: () => Promise.resolve(listed()),
  });
  if ((await cache.find(query)).length !== count) throw new Error('instances were lost');
  return cache;
}

/** Events that each change one instance. */
async function events(count: number): Promise<Step> {
  const known = list(count);
  const cache = await cacheOf(count, () => known);
  let told = 0;
  cache.watch(query, () => (told += 1));
  return (number) => {
    const before = told;
    const old = known[number % count] as Instance;
    cache.apply(query, { kind: 'put', instance: { ...old, metadata: { ...old.metadata, mark: `${number}` } } });
    if (told !== before + 1) throw new Error('a change was not told');
  };
}

/** Lists that say the same as before, in objects of their own, as a registry without revisions gives them. */
async function sameLists(count: number): Promise<Step> {
  const known = [list(count), list(count)] as const;
  let asked = 0;
  const cache = await cacheOf(count, () => known[(asked += 1) % 2] ?? []);
  return () => cache.refresh(query);
}

async function batch(step: Step, from: number): Promise<{ steps: number; nanoseconds: number }> {
  const begun = process.cpuUsage();
  const until = performance.now() + batchMs;
  let steps = 0;
  for (; performance.now() < until; steps += 1) await step(from + steps);
  const { user, system } = process.cpuUsage(begun);
  return { steps, nanoseconds: ((user + system) * 1000) / steps };
}

async function cost(step: Step): Promise<number> {
  const costs: number[] = [];
  let done = 0;
  for (let number = -2; number < batches; number += 1) {
    const { steps, nanoseconds } = await batch(step, done);
    done += steps;
    // the first ones are compiled while they run
    if (number >= 0) costs.push(nanoseconds);
  }
  return costs.sort((left, right) => left - right)[batches >> 1] as number;
}

/** What choosing an instance adds to a call, by which versions may be called. */
async function callsByVersion(instances: number, rules: readonly string[]): Promise<Record<string, number>> {
  const none = await probe({ link: 'router' });
  const subjects: Subject[] = [];
  for (const rule of rules) {
    const values = { 'servicecomb.governance.loadBalance.versionRule': rule };
    const { invocation, next } = await probe({ link: 'loadbalance', instances, values });
    if (!invocation.endpoint) throw new Error(`${rule}: no instance was chosen`);
    const name = `choosing among ${instances.toLocaleString('en-US')}, ${rule === '' ? 'any version' : rule}`;
    subjects.push({ name, invocation, call: next });
  }
  return measured({ name: 'none', ...none, call: none.next }, subjects);
}

async function main(): Promise<void> {
  const steps: Record<string, Step> = {
    'an event among 25': await events(25),
    'an event among 1,000': await events(1000),
    'an event among 5,000': await events(5000),
    'the same list of 25': await sameLists(25),
    'the same list of 5,000': await sameLists(5000),
  };
  const costs: Record<string, number> = {};
  for (const [name, step] of Object.entries(steps)) costs[name] = await cost(step);
  Object.assign(costs, await callsByVersion(1000, ['', 'latest', '0.0.1+']));
  console.log(JSON.stringify(costs));
  process.exit(0);
}

void main();
