import { ChassisError, isStream, settle, type Disposer, type Invocation, type Reply } from '@ts-chassis/core';
import { isOwnRefusal } from '../retry/is-own-refusal.js';
import type { BalancingRule } from './balancing-rule.js';
import type { Pick } from './picker.js';

/** What is told when a call is over. */
export interface CallEnd {
  /** Whether it speaks against the instance; undefined when it says nothing of it. */
  readonly failed: boolean | undefined;
  readonly error: unknown;
}

/** Who takes in how calls end. */
export interface CallBook {
  ended(call: PickedCall, end: CallEnd): void;
  /** The instance answered: for a stream its first item is there. Told before `ended`. @returns how long that took */
  answered(call: PickedCall): number;
  isFailure(error: unknown, invocation: Invocation): boolean;
}

/** Where a try goes, and what is to be known when it is over. */
export interface PickedTerms extends Pick {
  readonly rule: BalancingRule;
  readonly beganAt: number;
  /** What `Suspects.clear` wants to see. */
  readonly suspectMark: number;
}

/** One try on its way to the instance that was picked for it. It is over once: with its reply, its stream, its failure, or when it is given up. */
export class PickedCall {
  /** What its instance took to answer, which for a stream is its first item; undefined before. */
  answeredMs: number | undefined;
  /** Whether it ended with the answer, as all but streams do. */
  endedWithAnswer = false;
  readonly #stop: Disposer | undefined;
  #isOver = false;

  constructor(
    private readonly book: CallBook,
    readonly invocation: Invocation,
    readonly terms: PickedTerms,
  ) {
    // who hangs does not end by itself: the deadline of the try does it
    this.#stop = invocation.onCancel((reason) => this.#cancelled(reason));
  }

  replied(reply: Reply): Reply {
    if (!this.#isOver) this.answeredMs = this.book.answered(this);
    const told = this.#told(reply);
    if (isStream(told.value))
      return settle(told, (error) => (error === undefined ? this.#end(false) : this.failed(error)));
    this.endedWithAnswer = this.answeredMs !== undefined;
    this.#end(false);
    return told;
  }

  failed(error: unknown): void {
    const isNeutral = ChassisError.is(error) && (error.kind === 'CANCELLED' || isOwnRefusal(error));
    this.#end(isNeutral ? undefined : this.book.isFailure(error, this.invocation), error);
  }

  #told(reply: Reply): Reply {
    const { node, rule } = this.terms;
    try {
      return rule.strategy.replied?.(reply, node, this.invocation) ?? reply;
    } catch (error) {
      // a strategy of others
      this.#end(undefined, error);
      throw error;
    }
  }

  #cancelled(reason: unknown): void {
    // of one that is answering, a stream, it only says that the caller has no more time for it
    const isLate = this.answeredMs === undefined && ChassisError.is(reason) && reason.kind === 'DEADLINE_EXCEEDED';
    this.#end(isLate ? this.book.isFailure(reason, this.invocation) : undefined, reason);
  }

  #end(failed: boolean | undefined, error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.book.ended(this, { failed, error });
    this.#stop?.();
  }
}
