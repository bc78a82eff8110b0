import { ChassisError, ERROR_KINDS, type ErrorKind, type Plugin } from '@ts-chassis/core';
import { deepStrictEqual, strictEqual } from '../registry/claims.js';
import { Trial, type TrialOptions } from './trial.js';
import type { Everything } from './trial-service.js';
import type { TransportAbility, TransportConformanceOptions, TransportSubject } from './transport-subject.js';
import { sendBytes, Wire } from './wire.js';

/** A case, with what its applications have otherwise. */
interface Case extends TrialOptions {
  run(trial: Trial, subject: TransportSubject): Promise<void>;
}

/** `UNKNOWN` is left to the protocol: to gRPC it is a failure of which the caller learns the text, to HTTP one of the inside. */
const HIDDEN: readonly ErrorKind[] = ['INTERNAL', 'DATA_LOSS'];

const everything = (change: Partial<Everything> = {}): Everything => ({
  ...{ text: 'Größe, 大きさ, 😀 "\u0000\n', count: -1.5e-7, yes: false, at: new Date('2024-02-29T12:00:00.123Z') },
  ...{ big: 2n ** 62n + 1n, bytes: Buffer.from([0, 255, 128, 10]) },
  ...{ part: { name: '', sizes: [0] }, parts: [{ name: 'a', sizes: [1, 2.5] }, { name: 'b' }] },
  ...{ byName: { 'a b': 1, '': 2 } },
  ...change,
});

/** What a call fails with. */
async function failure(call: Promise<unknown>): Promise<ChassisError> {
  const kept = Symbol('kept');
  const error: unknown = await call.then(
    () => kept,
    (reason: unknown) => reason,
  );
  if (error === kept) throw new Error('expected a failure, got an answer');
  if (!ChassisError.is(error)) throw new Error('expected a ChassisError', { cause: error });
  return error;
}

async function items(value: unknown): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of value as AsyncIterable<unknown>) all.push(item);
  return all;
}

/** Whether an error, all that it carries included, says something. */
const says = (error: ChassisError, text: string): boolean =>
  [error.message, JSON.stringify(error.details ?? {}), bodyOf(error)].some((part) => part.includes(text));

const bodyOf = ({ reply }: ChassisError): string => {
  const { body } = (reply ?? {}) as { body?: unknown };
  return body instanceof Uint8Array ? Buffer.from(body).toString() : '';
};

const refusing: Plugin = {
  name: 'refusing',
  install: (host) =>
    host.handler({
      ...{ name: 'refusing', side: 'provider', everywhere: true },
      make: () => ({
        handle(invocation, next) {
          if (invocation.headers.get('x-refuse') === 'yes') throw new ChassisError('PERMISSION_DENIED', 'not you');
          return next(invocation);
        },
      }),
    }),
};

const calls: Readonly<Record<string, Case>> = {
  'carries values of every type, there and back': {
    async run(trial) {
      const sent = everything();
      const { value } = await trial.call('echo', [sent]);
      deepStrictEqual({ ...trial.seen.everything }, { ...everything({ filled: 'by default' }) });
      deepStrictEqual({ ...(value as Everything) }, { ...everything({ filled: 'by default' }) });
    },
  },
  'carries nothing where nothing comes back': {
    async run(trial) {
      strictEqual((await trial.call('nothing')).value, undefined);
    },
  },
  'names what is wrong with arguments': {
    async run(trial) {
      const error = await failure(trial.call('echo', [everything({ count: 1001 })]));
      deepStrictEqual([error.kind, error.code], ['INVALID_ARGUMENT', 'ARGUMENT_INVALID']);
      // both sides know the operation, and it is told once
      strictEqual(error.message.split('trial.echo').length, 2);
      strictEqual(trial.seen.everything, undefined);
    },
  },
  'refuses an operation that nobody serves': {
    async run(trial) {
      const { kind, remote } = await failure(trial.callUnknown());
      deepStrictEqual([['NOT_FOUND', 'UNIMPLEMENTED'].includes(kind), remote], [true, true]);
    },
  },
  'carries every kind of failure with its code, details and when to try again': {
    async run(trial) {
      for (const kind of ERROR_KINDS.filter((one) => one !== 'UNKNOWN' && !HIDDEN.includes(one))) {
        const error = await failure(trial.call('fail', [kind]));
        deepStrictEqual(
          [error.kind, error.code, error.details, error.retryAfterMs, error.remote],
          [kind, 'TRIAL_FAILED', { kind, list: [1, 2] }, 3000, true],
        );
        strictEqual(says(error, `this is ${kind}`), true);
      }
    },
  },
  'tells nothing of the inside': {
    async run(trial, { protocol }) {
      const errors = [await failure(trial.call('crash'))];
      for (const kind of HIDDEN) errors.push(await failure(trial.call('fail', [kind])));
      deepStrictEqual(
        errors.map(({ kind, remote }) => [kind, remote]),
        ['INTERNAL', ...HIDDEN].map((kind) => [kind, true]),
      );
      for (const error of errors) {
        deepStrictEqual([says(error, 'secret'), says(error, 'this is')], [false, false]);
        // within one process the cause is at hand, for its own log
        if (protocol !== 'memory') strictEqual(JSON.stringify(error.cause ?? '').includes('secret'), false);
      }
    },
  },
  'carries headers both ways': {
    async run(trial) {
      const headers = { 'X-Question': 'why, and how?' };
      const reply = await trial.call('headers', [], { headers });
      deepStrictEqual([reply.value, reply.headers.get('x-answer')], ['replied', 'why, and how?']);
    },
  },
  'believes a trusted sender': {
    async run(trial) {
      await trial.call('headers', [], { headers: { 'x-cse-context': '{"x-group":"a"}' } });
      const { source, context } = trial.seen.invocation!;
      deepStrictEqual([source.service, source.trusted, context.get('x-group')], ['consumer', true, 'a']);
    },
  },
  'believes no sender where nobody is trusted': {
    trust: 'none',
    async run(trial) {
      await trial.call('headers', [], { headers: { 'x-cse-context': '{"x-group":"a"}' } });
      const { source, context } = trial.seen.invocation!;
      deepStrictEqual([source.service, source.trusted, context.get('x-group')], ['', false, undefined]);
    },
  },
  'ends the work when the time granted is over': {
    async run(trial) {
      const error = failure(trial.call('wait', [], { timeoutMs: 150 }));
      await trial.seen.until(() => trial.seen.calls === 1);
      strictEqual(Number.isFinite(trial.seen.invocation!.deadline), true);
      strictEqual((await error).kind, 'DEADLINE_EXCEEDED');
      await trial.seen.until(() => trial.seen.ended === 1);
    },
  },
  'tells the provider that the caller gave up': {
    async run(trial) {
      const leaving = new AbortController();
      const error = failure(trial.call('wait', [], { signal: leaving.signal }));
      await trial.seen.until(() => trial.seen.calls === 1);
      leaving.abort(new ChassisError('CANCELLED', 'enough'));
      strictEqual((await error).kind, 'CANCELLED');
      await trial.seen.until(() => trial.seen.ended === 1);
    },
  },
  'never reaches the method when a handler rejects': {
    providerPlugins: [refusing],
    values: { 'servicecomb.handler.chain.Provider.default': 'refusing' },
    async run(trial) {
      const error = await failure(trial.call('echo', [everything()], { headers: { 'x-refuse': 'yes' } }));
      deepStrictEqual([error.kind, trial.seen.everything], ['PERMISSION_DENIED', undefined]);
      await trial.call('echo', [everything()]);
      strictEqual(trial.seen.everything?.count, everything().count);
    },
  },
  'does not mix calls made at the same time': {
    async run(trial) {
      const lengths = Array.from({ length: 200 }, (_, index) => index * 7);
      const replies = await Promise.all(lengths.map((length) => trial.call('length', ['ä'.repeat(length)])));
      deepStrictEqual(
        replies.map(({ value }) => value),
        lengths,
      );
    },
  },
  'carries long messages, both ways, beside short ones': {
    async run(trial) {
      const text = 'ü'.repeat(1_000_000);
      const [there, back, short] = await Promise.all([
        trial.call('length', [text]),
        trial.call('long', [2_000_000]),
        trial.call('length', ['']),
      ]);
      deepStrictEqual([there.value, (back.value as string).length, short.value], [1_000_000, 2_000_000, 0]);
    },
  },
};

const streams: Readonly<Record<string, Case>> = {
  'carries all items of a stream, in order, as their type says': {
    async run(trial) {
      const { value } = await trial.call('numbers', [1000]);
      deepStrictEqual(
        await items(value),
        Array.from({ length: 1000 }, (_, index) => index),
      );
      deepStrictEqual(await items((await trial.call('instants')).value), [new Date(0), new Date(86_400_000)]);
      deepStrictEqual(await items((await trial.call('numbers', [0])).value), []);
    },
  },
  'fails a stream that fails in the middle, after the items before it': {
    async run(trial, { abilities: able }) {
      const { value } = await trial.call('numbers', [100, 3]);
      const got: unknown[] = [];
      const reading = (async () => {
        for await (const item of value as AsyncIterable<unknown>) got.push(item);
      })();
      const { kind, code, remote } = await failure(reading);
      deepStrictEqual(got, [0, 1, 2]);
      if (able.includes('stream-failures')) deepStrictEqual([kind, code, remote], ['ABORTED', 'TRIAL_ABORTED', true]);
    },
  },
  'carries a failure before the first item as one of the call': {
    async run(trial) {
      deepStrictEqual((await failure(trial.call('numbers', [100, 0]))).kind, 'ABORTED');
    },
  },
  'makes no more items than a slow reader takes': {
    async run(trial) {
      const { value } = await trial.call('numbers', [10_000_000]);
      const reader = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      for (let count = 0; count < 10; count += 1) await reader.next();
      let before = -1;
      // until nothing is made any more, though the event loop goes round
      while (before !== trial.seen.made) {
        before = trial.seen.made;
        for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
      strictEqual(trial.seen.made < 5_000_000, true);
      await reader.return?.();
      await trial.seen.until(() => trial.seen.ended === 1);
    },
  },
  'ends a stream that its reader leaves': {
    async run(trial) {
      const { value } = await trial.call('silence');
      for await (const item of value as AsyncIterable<unknown>) if (item === 1) break;
      trial.seen.release();
      await trial.seen.until(() => trial.seen.ended === 1);
    },
  },
  'ends a stream whose caller gives up, though it is silent': {
    async run(trial) {
      const leaving = new AbortController();
      const { value } = await trial.call('silence', [], { signal: leaving.signal });
      const reader = (value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      strictEqual((await reader.next()).value, 1);
      const next = failure(reader.next());
      leaving.abort(new ChassisError('CANCELLED', 'enough'));
      strictEqual((await next).kind, 'CANCELLED');
      trial.seen.release();
      await trial.seen.until(() => trial.seen.ended === 1);
    },
  },
};

const stopping: Readonly<Record<string, Case>> = {
  'finishes the calls under way when it stops, and takes no more': {
    async run(trial) {
      const { endpoint } = trial;
      const call = trial.call('wait');
      await trial.seen.until(() => trial.seen.calls === 1);
      const stopped = trial.provider.stop();
      trial.seen.release();
      strictEqual((await call).value, 'released');
      await stopped;
      const error = await failure(trial.call('nothing', [], { endpoint }));
      deepStrictEqual([error.kind, error.code, error.remote], ['UNAVAILABLE', 'CALL_FAILED', false]);
    },
  },
};

async function* upTo(count: number): AsyncIterable<number> {
  for (let number = 1; number <= count; number += 1) yield number;
}

const abilities: Readonly<Record<TransportAbility, Readonly<Record<string, Case>>>> = {
  // looked at by the case above
  'stream-failures': {},
  'client-streams': {
    'carries a stream of arguments': {
      async run(trial) {
        strictEqual((await trial.call('sum', [upTo(1000)])).value, 500_500);
        strictEqual((await trial.call('sum', [upTo(0)])).value, 0);
      },
    },
  },
  bidirectional: {
    'carries streams both ways at the same time': {
      async run(trial) {
        const asked: number[] = [];
        const answered: number[] = [];
        const ask = async function* (): AsyncIterable<number> {
          for (let number = 1; number <= 3; number += 1) {
            asked.push(number);
            yield number;
            // the next is asked only after the answer to this one
            while (answered.length < number) await new Promise((resolve) => setImmediate(resolve));
          }
        };
        for await (const item of (await trial.call('doubled', [ask()])).value as AsyncIterable<number>)
          answered.push(item);
        deepStrictEqual(
          [asked, answered],
          [
            [1, 2, 3],
            [2, 4, 6],
          ],
        );
      },
    },
  },
  limit: {
    'refuses a message that is longer than allowed, and goes on': {
      async run(trial) {
        const error = await failure(trial.call('length', ['x'.repeat(200_000)]));
        deepStrictEqual([['RESOURCE_EXHAUSTED', 'INVALID_ARGUMENT'].includes(error.kind), error.remote], [true, true]);
        strictEqual((await trial.call('length', ['x'.repeat(1000)])).value, 1000);
      },
    },
  },
  sockets: {
    'outlives whatever is sent to its port': {
      async run(trial) {
        const hello = Buffer.from('GET /trial HTTP/1.1\r\nhost: a\r\n\r\n');
        const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919 + 13) % 256);
        for (const bytes of [Buffer.alloc(0), hello, noise, Buffer.alloc(65_536), Buffer.alloc(4096, 0xff)]) {
          await sendBytes(trial.endpoint, bytes);
        }
        strictEqual((await trial.call('length', ['still'])).value, 5);
      },
    },
    'fails the calls of a connection that is cut, and makes another for the next': {
      async run(trial) {
        const wire = await Wire.to(trial.endpoint);
        const { endpoint } = wire;
        try {
          const error = failure(trial.call('wait', [], { endpoint }));
          await trial.seen.until(() => trial.seen.calls === 1);
          wire.cut();
          const { kind, code, remote } = await error;
          deepStrictEqual([kind, code, remote], ['UNAVAILABLE', 'CALL_FAILED', false]);
          await trial.seen.until(() => trial.seen.ended === 1);
          strictEqual((await trial.call('length', ['again'], { endpoint })).value, 5);
        } finally {
          wire.close();
        }
      },
    },
    'closes the connections to an instance that is gone, after their calls': {
      async run(trial) {
        const wire = await Wire.to(trial.endpoint);
        try {
          const registration = await trial.registry.registrar().register(trial.instanceAt(wire.endpoint));
          strictEqual((await trial.callElsewhere('length', ['here'])).value, 4);
          strictEqual(wire.connections > 0, true);
          const call = trial.callElsewhere('wait');
          await trial.seen.until(() => trial.seen.calls === 1);
          await registration.deregister();
          trial.seen.release();
          strictEqual((await call).value, 'released');
          await wire.until(0);
        } finally {
          wire.close();
        }
      },
    },
    'closes its connections when the consumer stops': {
      async run(trial) {
        const wire = await Wire.to(trial.endpoint);
        try {
          await trial.call('length', ['here'], { endpoint: wire.endpoint });
          await trial.consumer.stop();
          await wire.until(0);
        } finally {
          wire.close();
        }
      },
    },
  },
};

/**
 * Defines the cases that every transport must pass: values, failures, headers, trust, deadlines, cancellation, streams, stopping, and what it says
 * it can do besides. A provider and a consumer are started for each case, and speak to one another over the protocol.
 *
 * @example
 * ```ts
 * const subject: TransportSubject = { protocol: 'talk', plugins: () => [talk()], abilities: ['sockets', 'limit'] };
 * transportConformance('talk', subject, { runner: { describe, it } });
 * ```
 */
export function transportConformance(
  name: string,
  subject: TransportSubject,
  { runner }: TransportConformanceOptions,
): void {
  const cases = [calls, streams, stopping, ...subject.abilities.map((ability) => abilities[ability])];
  const limit = { [`servicecomb.transport.maxBodyBytes.${subject.protocol}`]: 100_000 };
  runner.describe(name, () => {
    for (const [title, one] of cases.flatMap((group) => Object.entries(group))) {
      runner.it(title, async () => {
        const trial = new Trial(subject);
        const values = { ...(one === abilities.limit[title] && limit), ...one.values };
        try {
          await trial.start({ ...one, values });
          await one.run(trial, subject);
        } finally {
          await trial.stop();
        }
      });
    }
  });
}
