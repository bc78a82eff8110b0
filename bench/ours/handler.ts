/**
 * Prints, as JSON, the nanoseconds that one link adds: a pass-through handler in a chain that the framework composed, and an
 * awaited async closure. Chains of twenty against chains of none, in alternating batches, medians.
 */
import { join } from 'node:path';
import type { ChainHandler, Invocation, Next, Reply } from '@ts-chassis/core';

type Compose = (links: readonly { name: string; handler: ChainHandler }[], last: Next, context: () => never) => Next;

// composing is no public export: taken from where the package keeps it
const { compose } = require(join(__dirname, '..', '..', '..', 'packages', 'core', 'dist', 'chain', 'compose.js')) as {
  compose: Compose;
};

const links = 20;
const runs = 40_000;
const batches = 15;

const reply = { value: 42 } as Reply;
const last: Next = async () => reply;

/** A class of its own for each link, as in a real chain: the call site inside `compose` sees many shapes. */
function handlerOf(): ChainHandler {
  return new (class implements ChainHandler {
    async handle(invocation: Invocation, next: Next): Promise<Reply> {
      return await next(invocation);
    }
  })();
}

function closureAround(next: Next): Next {
  return async (invocation) => await next(invocation);
}

function noContext(): never {
  throw new Error('a chain handler has no plan context');
}

const empty = compose([], last, noContext);
const handlers = compose(
  Array.from({ length: links }, (_, index) => ({ name: `link-${index}`, handler: handlerOf() })),
  last,
  noContext,
);
const closures = Array.from({ length: links }).reduce<Next>((next) => closureAround(next), last);

async function nanosecondsPerRun(next: Next): Promise<number> {
  const invocation = {} as Invocation;
  const begun = process.hrtime.bigint();
  for (let run = 0; run < runs; run += 1) await next(invocation);
  return Number(process.hrtime.bigint() - begun) / runs;
}

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[values.length >> 1] as number;
}

async function main(): Promise<void> {
  const costs = { empty: [] as number[], closures: [] as number[], handlers: [] as number[] };
  for (let batch = 0; batch < batches; batch += 1) {
    costs.empty.push(await nanosecondsPerRun(empty));
    costs.closures.push(await nanosecondsPerRun(closures));
    costs.handlers.push(await nanosecondsPerRun(handlers));
  }
  const base = median(costs.empty);
  const perLink = (values: number[]) => (median(values) - base) / links;
  console.log(JSON.stringify({ closure: perLink(costs.closures), handler: perLink(costs.handlers) }));
}

void main();
