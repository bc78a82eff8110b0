/** Prints, as JSON, the bytes of heap that an idle circuit and an idle bucket hold, and how many are left of a hundred thousand. */
import { type Endpoint, type Invocation, type Next, Schema } from '@ts-chassis/core';
import { RateLimit } from '@ts-chassis/governance';
import { Users } from '../shop.js';
import { probe } from './probed-link.js';

/** Fewer than are kept of either, so that none is evicted. */
const few = 4000;
const many = 100_000;

@Schema({ id: 'users', path: '/users' })
@RateLimit({ rate: 1e6, side: 'consumer', key: ({ headers }) => headers.get('x-user') })
class LimitedUsers extends Users {}

/** Weak references hold until the turn of the event loop is over. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

async function heapBytes(): Promise<number> {
  await turn();
  for (let pass = 0; pass < 4; pass += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

interface Grown {
  /** Bytes of heap for each of the first few. */
  readonly each: number;
  /** What the heap holds at the end, as a number of them. */
  readonly kept: number;
}

async function grown(call: (number: number) => Promise<unknown>): Promise<Grown> {
  // what is made once, whoever comes
  await call(-1);
  const before = await heapBytes();
  for (let number = 0; number < few; number += 1) await call(number);
  const each = ((await heapBytes()) - before) / few;
  for (let number = few; number < many; number += 1) {
    await call(number);
    if (number % 1000 === 0) await heapBytes();
  }
  return { each, kept: ((await heapBytes()) - before) / each };
}

function called(next: Next, invocation: Invocation, number: number): Promise<unknown> {
  const endpoint: Endpoint = {
    listener: 'rest',
    host: `10.${number >> 8}.${number & 255}`,
    port: 1,
    ssl: false,
  };
  invocation.endpoint = endpoint;
  return next(invocation);
}

async function main(): Promise<void> {
  const breaker = { 'servicecomb.governance.circuitBreaker.consumer': { enabled: true, scope: 'instance' } };
  const circuits = await probe({ link: 'bizkeeper-consumer', values: breaker });
  const buckets = await probe({ link: 'ratelimiter-consumer', contract: LimitedUsers, headers: { 'x-user': 'one' } });
  const circuit = await grown((number) => called(circuits.next, circuits.invocation, number));
  const bucket = await grown((number) => {
    buckets.invocation.setHeader('x-user', `user-${number}`);
    return buckets.next(buckets.invocation);
  });
  console.log(JSON.stringify({ circuit, bucket }));
  process.exit(0);
}

void main();
