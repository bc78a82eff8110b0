import { coreError } from '../../errors/core-error.js';
import { isSecretName } from '../../security/is-secret-name.js';
import type { Extra } from '../dto.js';
import { pointerStep } from '../json-pointer.js';
import type { Fault } from '../value-type.js';
import { redacted, shown } from './shown.js';

/** As many faults as one call reports. */
const MOST_FAULTS = 50;

/** Deeper values are refused, long before the stack is. */
export const DEEPEST = 128;

/** As many union members as one walk tries: unions nested in unions would otherwise multiply with every level. */
const MOST_TRIES = 2000;

/** What a node gives back for a value that does not fit; its fault is reported already. */
export const MISFIT: unique symbol = Symbol('misfit');

/** Where a walk over one value stands. Steps cost a store each; a pointer is only written when there is something to report. */
export class Walk {
  readonly place: string;
  readonly root: string;
  readonly faults: Fault[];
  /** What becomes of undeclared fields of classes that do not say so themselves. */
  readonly extra: Extra;
  depth = 0;
  /** Above zero inside a field that is marked secret. */
  secret = 0;
  /** Where asynchronous checks put their outcome. */
  pending: Promise<unknown>[] | undefined;
  /** The step taken on each level, from level 1 on. */
  private readonly steps: (string | number)[] = [''];
  private tries = 0;

  constructor(at: { readonly place: string; readonly pointer: string }, faults: Fault[], extra: Extra) {
    this.place = at.place;
    this.root = at.pointer;
    this.faults = faults;
    this.extra = extra;
  }

  /** Says which field or item of the present level is looked at. */
  step(name: string | number): void {
    this.steps[this.depth] = name;
  }

  /** Goes one level down; false, with a fault, when that is too deep. */
  enter(value: unknown): boolean {
    if (this.depth < DEEPEST) {
      this.depth++;
      return true;
    }
    this.fault(`at most ${DEEPEST} levels`, value);
    return false;
  }

  leave(): void {
    this.depth--;
  }

  /** Reports that a value does not fit. */
  fault(expected: string, value: unknown): typeof MISFIT {
    if (this.faults.length >= MOST_FAULTS) return MISFIT;
    const got = this.isSecret() ? redacted(value) : shown(value);
    const message = value === undefined ? `required: ${expected}` : `expected ${expected}, got ${got}`;
    return this.report({ place: this.place, pointer: this.pointer(), expected, got, message });
  }

  report(fault: Fault): typeof MISFIT {
    if (this.faults.length < MOST_FAULTS) this.faults.push(fault);
    return MISFIT;
  }

  /** Waits for a check that is asynchronous and puts its outcome where it belongs. */
  later(outcome: Promise<unknown>, put: (settled: unknown) => void): void {
    (this.pending ??= []).push(outcome.then(put));
  }

  /** Whether another member of a union may be tried; when there were too many, nothing fits any more. */
  mayTry(): boolean {
    return this.tries++ < MOST_TRIES;
  }

  /** A walk from here on whose faults do not count yet. */
  aside(): Walk {
    const walk = new Walk({ place: this.place, pointer: this.root }, [], this.extra);
    walk.depth = this.depth;
    for (let level = 1; level <= this.depth; level++) walk.steps[level] = this.steps[level]!;
    walk.secret = this.secret;
    walk.tries = this.tries;
    return walk;
  }

  /** Takes over how often a walk aside tried. */
  rejoin(aside: Walk): void {
    this.tries = aside.tries;
  }

  /** Refuses a value that is to be sent. */
  misfit(expected: string, value: unknown): never {
    const got = this.isSecret() ? redacted(value) : shown(value);
    throw coreError('RESULT_INVALID', `${this.place}${this.pointer()} does not fit: expected ${expected}, got ${got}`, {
      details: { pointer: this.pointer(), expected },
    });
  }

  pointer(): string {
    let text = this.root;
    for (let level = 1; level <= this.depth; level++) text += pointerStep(this.steps[level]!);
    return text;
  }

  /** Whether what stands here is kept out of messages. */
  isSecret(): boolean {
    return this.secret > 0 || isSecretPointer(this.pointer());
  }
}

/** Whether a step of a pointer has a name that secrets have. */
export function isSecretPointer(pointer: string): boolean {
  return pointer !== '' && pointer.split('/').some(isSecretName);
}
