import { coreError, type ServiceQuery } from '@ts-chassis/core';
import { failureCodeOf, refusal } from '../service-center/failure.js';
import type { BatchAnswer, BatchQuestion } from '../service-center/service-center.js';
import type { Session } from '../service-center/session.js';
import { FAILURE } from '../wire/failure-codes.js';
import type { InstanceRecord } from '../wire/records.js';
import { portions } from './portions.js';
import { toKey } from './to-key.js';

/** Services of one request. */
const MOST_IN_ONE = 200;
/** Instances that are taken in before others have their turn: thousands in one go would hold up the calls of the application. */
const MOST_AT_ONCE = 500;

/** What is said of one service. */
export type Found =
  | { readonly kind: 'listed'; readonly revision: string; readonly records: readonly InstanceRecord[] }
  /** As it was at the revision that was given. */
  | { readonly kind: 'same' }
  /** The registry has no such service. */
  | { readonly kind: 'unknown' };

interface Question {
  readonly query: ServiceQuery;
  readonly revision: string | undefined;
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** What queries are asked with. */
export interface QueriesOptions {
  readonly session: Session;
  /** Our own environment: the registry answers a consumer for that one alone. */
  readonly environment: string;
}

/** Asks for the instances of services: all questions of one turn go out as one request, and none that fails fails another. */
export class InstanceQueries {
  readonly #unanswered = new Set<(error: Error) => void>();
  #waiting: Question[] = [];
  #closed = false;

  constructor(private readonly options: QueriesOptions) {}

  /**
   * @param revision - of the list that is known
   * @throws ChassisError as `ServiceCenter`; `REGISTRY_REFUSED` for a question that the registry refuses
   */
  ask(query: ServiceQuery, revision?: string): Promise<Found> {
    if (this.#closed) return Promise.reject(closed());
    let giveUp!: (error: Error) => void;
    const found = new Promise<Found>((resolve, reject) => {
      this.#waiting.push({ query, revision, resolve, reject });
      giveUp = reject;
    });
    this.#unanswered.add(giveUp);
    if (this.#waiting.length === 1) void this.#send();
    return found.finally(() => this.#unanswered.delete(giveUp));
  }

  /** Who waits for an answer gets none. */
  close(): void {
    this.#closed = true;
    for (const giveUp of this.#unanswered) giveUp(closed());
  }

  async #send(): Promise<void> {
    const consumer = await this.options.session.serviceId().then(
      (id) => ({ id }),
      (error: unknown) => ({ error }),
    );
    const questions = this.#waiting;
    this.#waiting = [];
    // who asks for another environment is nobody's consumer: the registry would answer for his own
    const [ours, others] = split(questions, ({ query }) => query.environment === this.options.environment);
    for (const part of portions(others, MOST_IN_ONE)) void this.#ask(undefined, part);
    if ('error' in consumer) for (const { reject } of ours) reject(consumer.error);
    else for (const part of portions(ours, MOST_IN_ONE)) void this.#ask(consumer.id, part);
  }

  async #ask(consumerId: string | undefined, questions: readonly Question[], isSecondTime = false): Promise<void> {
    try {
      const answers = await this.options.session.center.findInstances(consumerId, questions.map(toWire));
      const isLost = consumerId !== undefined && !isSecondTime && answers.every(isUnknown);
      if (isLost && (await this.#isForgotten(consumerId))) return await this.#askAnew(consumerId, questions);
      await settleAll(questions, answers);
    } catch (error) {
      if (failureCodeOf(error) === FAILURE.serviceMissing && consumerId !== undefined && !isSecondTime) {
        await this.#askAnew(consumerId, questions);
      } else if (failureCodeOf(error) === FAILURE.invalidParameters && questions.length > 1) {
        await this.#askInHalves(consumerId, questions);
      } else for (const { reject } of questions) reject(error);
    }
  }

  /** What is unknown may be the services or ourselves. */
  async #isForgotten(consumerId: string): Promise<boolean> {
    return (await this.options.session.center.service(consumerId)) === undefined;
  }

  async #askAnew(consumerId: string, questions: readonly Question[]): Promise<void> {
    const { session } = this.options;
    session.forget(consumerId);
    const own = await session.serviceId().catch((error: unknown) => {
      for (const { reject } of questions) reject(error);
      return undefined;
    });
    // what was known is from before
    if (own !== undefined) await this.#ask(own, questions.map(withoutRevision), true);
  }

  /** One of them is wrong. */
  async #askInHalves(consumerId: string | undefined, questions: readonly Question[]): Promise<void> {
    const half = Math.ceil(questions.length / 2);
    await this.#ask(consumerId, questions.slice(0, half), true);
    await this.#ask(consumerId, questions.slice(half), true);
  }
}

function closed(): Error {
  return coreError('REGISTRY_UNAVAILABLE', 'service-center: discovery is closed');
}

async function settleAll(questions: readonly Question[], answers: readonly BatchAnswer[]): Promise<void> {
  let taken = 0;
  for (const [index, question] of questions.entries()) {
    const answer = answers[index];
    settle(question, answer);
    if (answer?.kind === 'updated') taken += answer.instances.length;
    if (taken < MOST_AT_ONCE) continue;
    taken = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function settle({ query, resolve, reject }: Question, answer: BatchAnswer | undefined): void {
  if (answer?.kind === 'updated') resolve({ kind: 'listed', revision: answer.revision, records: answer.instances });
  else if (answer?.kind === 'same') resolve(answer);
  else if (answer && isUnknown(answer)) resolve({ kind: 'unknown' });
  else {
    const { code, message } = answer ?? { code: FAILURE.internal, message: 'no answer' };
    reject(refusal(`looking for ${query.app}:${query.service}`, { errorCode: code, errorMessage: message }));
  }
}

function isUnknown(answer: BatchAnswer): boolean {
  return answer.kind === 'failed' && answer.code === FAILURE.serviceMissing;
}

function toWire({ query, revision }: Question): BatchQuestion {
  return { service: toKey(query), ...(revision !== undefined && { revision }) };
}

function withoutRevision(question: Question): Question {
  return { ...question, revision: undefined };
}

function split<T>(items: readonly T[], isFirst: (item: T) => boolean): [first: readonly T[], second: readonly T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const item of items) parts[isFirst(item) ? 0 : 1].push(item);
  return parts;
}
