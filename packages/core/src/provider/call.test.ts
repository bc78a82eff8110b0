import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { invocation, operation } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import { ambientInvocation, runAmbient } from '../invocation/ambient.js';
import type { Invocation } from '../invocation/invocation.js';
import { replyWith, type Reply } from '../invocation/reply.js';
import { call } from './call.js';

const source = {
  ...{ service: '', protocol: 'rest', trusted: false },
  kindOf: (status: number) => (status === 503 ? ('UNAVAILABLE' as const) : undefined),
};

function calling(
  run: (...args: never[]) => unknown,
  { args = [], ambient = false, self = undefined as object | undefined } = {},
): {
  inner: Invocation;
  reply: Promise<Reply>;
} {
  const inner = invocation({ operation: operation(), source, args });
  return { inner, reply: call({ self, run: run as () => unknown }, ambient)(inner) };
}

const failureOf = (reply: Promise<Reply>): Promise<unknown> =>
  reply.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

async function* counting(to: number): AsyncIterable<number> {
  for (let number = 1; number <= to; number += 1) yield number;
}

async function all(reply: Reply): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of reply.value as AsyncIterable<unknown>) items.push(item);
  return items;
}

describe('call', () => {
  it('runs the method on its object with the arguments', async () => {
    class Shelf {
      readonly #book = 'book';
      find(isbn: string): string {
        return `${this.#book} ${isbn}`;
      }
    }
    const self = new Shelf();
    const inner = invocation({ args: ['42'] });
    expect((await call({ self, run: self.find as never }, false)(inner)).value).toBe('book 42');
  });

  it('takes a value, a promise and nothing', async () => {
    expect((await calling(() => 1).reply).value).toBe(1);
    expect((await calling(() => Promise.resolve(2)).reply).value).toBe(2);
    expect(await calling(() => undefined).reply).toMatchObject({ value: undefined });
  });

  it('takes a reply as it is', async () => {
    const reply = await calling(() => replyWith('made', { status: 201, headers: { Location: '/books/1' } })).reply;
    expect(reply).toMatchObject({ value: 'made', status: 201 });
    expect(reply.headers.get('location')).toBe('/books/1');
  });

  it('does not take a result that looks like a reply for one', async () => {
    expect((await calling(() => ({ value: 1, headers: {} })).reply).value).toEqual({ value: 1, headers: {} });
  });

  it('throws a reply that means failure in its protocol, without a stack, the reply within', async () => {
    const failure = (await failureOf(calling(() => replyWith('busy', { status: 503 })).reply)) as ChassisError;
    expect(failure).toMatchObject({ kind: 'UNAVAILABLE', reply: { value: 'busy', status: 503 }, remote: false });
    expect(failure.stack).not.toMatch(/\n\s+at /);
  });

  it('passes failures of ours on and hides all others', async () => {
    const own = new ChassisError('NOT_FOUND', 'no book');
    for (const ambient of [false, true]) {
      expect(await failureOf(calling(() => Promise.reject(own), { ambient }).reply)).toBe(own);
      const hidden = await failureOf(
        calling(
          () => {
            throw new Error('password 123');
          },
          { ambient },
        ).reply,
      );
      expect(hidden).toMatchObject({ kind: 'INTERNAL', message: 'internal error', cause: { message: 'password 123' } });
    }
  });

  it('calls a failure after the cancellation by its reason', async () => {
    const { inner, reply } = calling(
      () => new Promise((_, reject) => setImmediate(() => reject(new Error('aborted')))),
    );
    inner.cancel(new ChassisError('DEADLINE_EXCEEDED', 'too late'));
    expect(await failureOf(reply)).toMatchObject({ message: 'too late' });
  });

  it('fails when arguments were never bound', async () => {
    const inner = invocation();
    expect(await failureOf(call({ self: undefined, run: () => 1 }, false)(inner))).toMatchObject({
      code: 'ARGS_BEFORE_BIND',
    });
  });
});

describe('call of a stream', () => {
  it('pulls the first item, and passes on all', async () => {
    const pulled = vi.fn();
    async function* noting(): AsyncIterable<number> {
      pulled();
      yield* counting(3);
    }
    const reply = await calling(noting).reply;
    expect(pulled).toHaveBeenCalledOnce();
    expect(await all(reply)).toEqual([1, 2, 3]);
    expect(await all(await calling(() => counting(0)).reply)).toEqual([]);
  });

  it('fails as a call does when it fails before its first item', async () => {
    // oxlint-disable-next-line require-yield -- it fails before
    async function* failing(): AsyncIterable<number> {
      throw new ChassisError('PERMISSION_DENIED', 'not yours');
    }
    expect(await failureOf(calling(failing).reply)).toMatchObject({ kind: 'PERMISSION_DENIED' });
    for (const ambient of [false, true]) {
      const hidden = calling(() => failingAt(1, new Error('disk')), { ambient }).reply;
      expect(await failureOf(hidden)).toMatchObject({ kind: 'INTERNAL', cause: { message: 'disk' } });
    }
  });

  it('fails later when it fails later', async () => {
    const reply = await calling(() => failingAt(2, new Error('disk'))).reply;
    await expect(all(reply)).rejects.toThrow('disk');
  });

  it('takes streams of Node and of the web, and those in a reply', async () => {
    expect(await all(await calling(() => Readable.from(['a', 'b'])).reply)).toEqual(['a', 'b']);
    expect(await all(await calling(() => new Response('text').body).reply)).toEqual(
      [Buffer.from('text')].map((each) => new Uint8Array(each)),
    );
    const reply = await calling(() => replyWith(counting(1), { status: 206 })).reply;
    expect(reply.status).toBe(206);
    expect(await all(reply)).toEqual([1]);
  });

  it('ends its source when it is left early', async () => {
    const ended = vi.fn();
    async function* long(): AsyncIterable<number> {
      try {
        yield* counting(10);
      } finally {
        ended();
      }
    }
    const reply = await calling(long).reply;
    const items = (reply.value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await items.next();
    await items.return?.();
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe('the ambient context', () => {
  it('is there in the method and in all of a generator, wherever it is pulled', async () => {
    const seen: unknown[] = [];
    async function* noting(): AsyncIterable<number> {
      try {
        seen.push(ambientInvocation());
        yield 1;
        await Promise.resolve();
        seen.push(ambientInvocation());
        yield 2;
        yield 3;
      } finally {
        seen.push(ambientInvocation());
      }
    }
    const { inner, reply } = calling(noting, { ambient: true });
    const items = ((await reply).value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    await items.next();
    await items.next();
    await items.return?.();
    expect(seen).toEqual([inner, inner, inner]);
    expect(ambientInvocation()).toBeUndefined();
  });

  it('is that of the fork a handler put in its place', async () => {
    const { inner } = calling(() => 1);
    const fork = inner.fork({ attempt: 2, args: [] });
    const reply = await runAmbient(inner, () => call({ self: undefined, run: ambientInvocation }, true)(fork));
    expect(reply.value).toBe(fork);
  });

  it('is not entered where nobody asked for it', async () => {
    expect((await calling(ambientInvocation).reply).value).toBeUndefined();
  });
});

async function* failingAt(turn: number, error: Error): AsyncIterable<number> {
  for (let number = 1; number < turn; number += 1) yield number;
  throw error;
}
