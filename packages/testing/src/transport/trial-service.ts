import {
  ChassisError,
  defineSchema,
  Field,
  replyWith,
  type ErrorKind,
  type Invocation,
  type SchemaInfo,
} from '@ts-chassis/core';

class Part {
  @Field() name!: string;
  @Field({ type: [Number], optional: true }) sizes?: number[];
}

/** A value of each kind that has to arrive as it was sent. */
export class Everything {
  @Field() text!: string;
  @Field({ maximum: 1000 }) count!: number;
  @Field() yes!: boolean;
  @Field() at!: Date;
  @Field({ type: BigInt }) big!: bigint;
  @Field({ type: Buffer }) bytes!: Buffer;
  @Field({ type: Part }) part!: Part;
  @Field({ type: [Part] }) parts!: Part[];
  @Field({ map: Number }) byName!: Record<string, number>;
  @Field({ optional: true }) absent?: string;
  @Field({ default: 'by default' }) filled?: string;
}

/** What the provider saw, for the cases to look at. */
export class Seen {
  calls = 0;
  everything: Everything | undefined;
  invocation: Invocation | undefined;
  /** How many items of the last stream were made. */
  made = 0;
  /** Whether the last stream was ended. */
  ended = 0;
  readonly #changed: (() => void)[] = [];
  readonly #held: (() => void)[] = [];

  change(by: () => void): void {
    by();
    for (const look of this.#changed.splice(0)) look();
  }

  /** Waits until something is as wanted. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  /** Holds a call until `release`. */
  hold(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }

  release(): void {
    for (const go of this.#held.splice(0)) go();
  }
}

const post = (path: string): { readonly method: string; readonly path: string; readonly status: number } => ({
  method: 'POST',
  path: `/${path}`,
  status: 200,
});

const invocation = { place: 'context' } as const;

/** The operations that every transport is tried with. The descriptions are made anew for each application, as two processes would have them. */
export function trialService(seen: Seen, { streams }: { readonly streams: readonly string[] }): SchemaInfo {
  const operations = {
    echo: {
      ...{ http: post('echo'), rpc: {}, returns: Everything },
      parameters: { value: { place: 'body', type: Everything } },
      run: (value: Everything) => {
        seen.change(() => (seen.everything = value));
        return value;
      },
    },
    length: {
      ...{ http: post('length'), rpc: {}, returns: Number },
      parameters: { text: { place: 'body', type: String } },
      run: (text: string) => text.length,
    },
    long: {
      ...{ http: post('long'), rpc: {}, returns: String },
      parameters: { length: { place: 'query', type: Number, integer: true, minimum: 0 } },
      run: (length: number) => 'x'.repeat(length),
    },
    nothing: { http: post('nothing'), rpc: {}, run: () => undefined },
    fail: {
      ...{ http: post('fail'), rpc: {}, returns: String },
      parameters: { kind: { place: 'query', type: String } },
      run: (kind: string) => {
        throw new ChassisError(kind as ErrorKind, `this is ${kind}`, {
          code: 'TRIAL_FAILED',
          details: { kind, list: [1, 2] },
          retryAfterMs: 3000,
          cause: new Error('secret cause'),
        });
      },
    },
    crash: {
      ...{ http: post('crash'), rpc: {}, returns: String },
      run: () => {
        throw new Error('secret inside');
      },
    },
    headers: {
      ...{ http: post('headers'), rpc: {}, returns: String },
      parameters: { invocation },
      run: (given: Invocation) => {
        seen.change(() => (seen.invocation = given));
        return replyWith('replied', { headers: { 'x-answer': given.headers.get('x-question') ?? 'none' } });
      },
    },
    wait: {
      ...{ http: post('wait'), rpc: {}, returns: String },
      parameters: { invocation },
      run: async (given: Invocation) => {
        seen.change(() => {
          seen.calls += 1;
          seen.invocation = given;
        });
        given.onCancel(() => seen.change(() => (seen.ended += 1)));
        await seen.hold();
        return 'released';
      },
    },
    numbers: {
      ...{ http: post('numbers'), rpc: {}, returns: { type: Number, stream: true } },
      parameters: {
        count: { place: 'query', type: Number },
        failAt: { place: 'query', type: Number, default: -1 },
      },
      run: (count: number, failAt: number) => numbers(seen, count, failAt),
    },
    instants: {
      ...{ http: post('instants'), rpc: {}, returns: { type: Date, stream: true } },
      run: async function* () {
        yield new Date(0);
        yield new Date(86_400_000);
      },
    },
    silence: {
      ...{ http: post('silence'), rpc: {}, returns: { type: Number, stream: true } },
      run: async function* () {
        try {
          yield 1;
          await seen.hold();
          yield 2;
        } finally {
          seen.change(() => (seen.ended += 1));
        }
      },
    },
    sum: {
      ...{ http: post('sum'), rpc: {}, returns: Number },
      parameters: { items: { place: 'body', type: Number, stream: 'items' } },
      run: async (items: AsyncIterable<number>) => {
        let sum = 0;
        for await (const item of items) sum += item;
        return sum;
      },
    },
    doubled: {
      ...{ http: post('doubled'), rpc: {}, returns: { type: Number, stream: true } },
      parameters: { items: { place: 'body', type: Number, stream: 'items' } },
      run: async function* (items: AsyncIterable<number>) {
        for await (const item of items) yield item * 2;
      },
    },
  } as const;
  const { sum, doubled, ...plain } = operations;
  const more = {
    ...(streams.includes('client-streams') && { sum }),
    ...(streams.includes('bidirectional') && { doubled }),
  };
  return defineSchema({ id: 'trial', path: '/trial', operations: { ...plain, ...more } });
}

async function* numbers(seen: Seen, count: number, failAt: number): AsyncIterable<number> {
  seen.made = 0;
  try {
    for (let number = 0; number < count; number += 1) {
      if (number === failAt) throw new ChassisError('ABORTED', 'in the middle', { code: 'TRIAL_ABORTED' });
      seen.made += 1;
      yield number;
    }
  } finally {
    seen.change(() => (seen.ended += 1));
  }
}
