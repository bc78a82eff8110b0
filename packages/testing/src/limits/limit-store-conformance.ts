import { deepStrictEqual } from '../registry/claims.js';
import type { TestRunner } from '../registry/registry-subject.js';

/** As `Limit` of `@ts-chassis/governance`, which this package does not need. */
interface Limit {
  readonly rate: number;
  readonly burst: number;
  readonly maxWaitMs: number;
}

interface Answer {
  readonly allowed: boolean;
  readonly waitMs: number;
}

/**
 * A limit store under test: an empty one for each case, with the time it goes by.
 *
 * @example
 * ```ts
 * const subject: LimitStoreSubject = {
 *   store: new MemoryLimits(),
 *   now: () => clock.elapsed(),
 *   pass: (ms) => clock.advance(ms),
 *   close: async () => {},
 * };
 * ```
 */
export interface LimitStoreSubject {
  /** A `LimitStore` of `@ts-chassis/governance`. */
  readonly store: { take(key: string, limit: Limit, now: number): Answer | Promise<Answer> };
  now(): number;
  /** Lets time go by: a real server's by waiting. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

type Case = (subject: LimitStoreSubject) => Promise<void>;

/** Slow enough that no case sees a token more because the machine is. */
const SLOW: Limit = { rate: 0.5, burst: 3, maxWaitMs: 0 };

/** One token comes back within the wait that was told, give or take the way there. */
const SLACK_MS = 20;

const ask = ({ store, now }: LimitStoreSubject, key: string, limit: Limit): Answer | Promise<Answer> =>
  store.take(key, limit, now());

async function allowed(
  subject: LimitStoreSubject,
  key: string,
  { times, ...limit }: Limit & { readonly times: number },
): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, () => ask(subject, key, limit)));
  return answers.filter((answer) => answer.allowed).length;
}

function within(what: string, value: number, [least, most]: readonly [number, number]): void {
  deepStrictEqual({ [what]: value, fits: value >= least && value <= most }, { [what]: value, fits: true });
}

const cases: Readonly<Record<string, Case>> = {
  'lets a whole burst through at once, then nothing, and tells when': async (subject) => {
    for (let call = 0; call < 3; call += 1) {
      deepStrictEqual(await ask(subject, 'a', SLOW), { allowed: true, waitMs: 0 });
    }
    const refused = await ask(subject, 'a', SLOW);
    deepStrictEqual(refused.allowed, false);
    within('wait', refused.waitMs, [1, 2000]);
  },
  'keeps keys apart, whatever is in them': async (subject) => {
    const keys = ['a', 'b', 'a/b', 'a b', '{a}', 'ä', 'x'.repeat(512)];
    for (const key of keys) deepStrictEqual(await allowed(subject, key, { ...SLOW, times: 5 }), 3);
  },
  'has a token again after the time it told': async (subject) => {
    const limit: Limit = { rate: 5, burst: 1, maxWaitMs: 0 };
    await ask(subject, 'a', limit);
    const { waitMs } = await ask(subject, 'a', limit);
    await subject.pass(waitMs + SLACK_MS);
    deepStrictEqual(await ask(subject, 'a', limit), { allowed: true, waitMs: 0 });
  },
  'never lets more through at the same time than the burst': async (subject) => {
    deepStrictEqual(await allowed(subject, 'a', { rate: 0.1, burst: 20, maxWaitMs: 0, times: 100 }), 20);
  },
  'tells those who may wait their turn one after the other': async (subject) => {
    const limit: Limit = { rate: 0.5, burst: 1, maxWaitMs: 5000 };
    const answers = [];
    for (let call = 0; call < 4; call += 1) answers.push(await ask(subject, 'a', limit));
    deepStrictEqual(
      answers.map((answer) => answer.allowed),
      [true, true, true, false],
    );
    within('first wait', answers[1]!.waitMs, [1000, 2000]);
    within('second wait', answers[2]!.waitMs, [3000, 4000]);
  },
  'is as full as it was, in proportion, when the limit changes': async (subject) => {
    const many: Limit = { rate: 0.01, burst: 10, maxWaitMs: 0 };
    deepStrictEqual(await allowed(subject, 'a', { ...many, times: 5 }), 5);
    within('after', await allowed(subject, 'a', { ...many, burst: 100, times: 100 }), [50, 51]);
  },
  'lets nothing through at a rate of zero or less': async (subject) => {
    for (const rate of [0, -1]) {
      const none: Limit = { rate, burst: 1, maxWaitMs: 1000 };
      deepStrictEqual(await ask(subject, 'a', none), { allowed: false, waitMs: Infinity });
    }
  },
};

/**
 * Defines the cases that every limit store must pass.
 *
 * @param make - an empty store for each case
 *
 * @example
 * ```ts
 * limitStoreConformance('MemoryLimits', makeSubject, { describe, it });
 * ```
 */
export function limitStoreConformance(
  name: string,
  make: () => Promise<LimitStoreSubject> | LimitStoreSubject,
  runner: TestRunner,
): void {
  runner.describe(name, () => {
    for (const [title, run] of Object.entries(cases)) {
      runner.it(title, async () => {
        const subject = await make();
        try {
          await run(subject);
        } finally {
          await subject.close();
        }
      });
    }
  });
}
