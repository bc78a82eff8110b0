import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { pointerStep } from '../schema/json-pointer.js';
import { isServerOnly } from '../schema/make-parameter.js';
import type { Operation, Parameter } from '../schema/operation.js';
import type { Fault, ValueType } from '../schema/value-type.js';
import { argumentRefusal } from './argument-refusal.js';
import { argumentTypeOf } from './checked-items.js';

/**
 * The link `bind`: has the transport read the arguments, then fills in defaults and validates them. All faults are reported at once. After
 * that, the invocation where a parameter takes it, and values that decorators of the user's own make out of it. Neither is the transport's
 * to give: a method finds them whatever protocol it is called by, and nobody sends them.
 *
 * @throws ChassisError `ARGUMENT_INVALID` with `details.faults`, when run
 */
export function bind(operation: Operation, next: Next): Next {
  // what the transport fills in with its own objects is not validated
  const checks = operation.parameters
    .filter(({ place }) => !isServerOnly(place))
    .map((parameter) => new Check(parameter, argumentTypeOf(operation, parameter)));
  const custom = operation.parameters.filter(({ place }) => place === 'custom');
  const binder = new Binder(operation, checks, custom.length > 0 ? withCustomValues(operation, custom, next) : next);
  return (invocation) => binder.run(invocation);
}

/** Makes the values after all that came over the wire is known to be sound; who makes one may read the other arguments. */
function withCustomValues(operation: Operation, custom: readonly Parameter[], next: Next): Next {
  const checks = custom.filter(({ checked }) => checked).map((parameter) => new Check(parameter, parameter.schema));
  return async (invocation) => {
    const args = invocation.args.slice();
    const make = async ({ index, resolve }: Parameter): Promise<void> => {
      args[index] = await (resolve as (invocation: Invocation) => unknown)(invocation);
    };
    await Promise.all(custom.map(make));
    const faults: Fault[] = [];
    for (const check of checks) args[check.index] = await check.run(args[check.index], faults);
    if (faults.length > 0) throw argumentRefusal(operation, faults);
    invocation.args = args;
    return next(invocation);
  };
}

class Binder {
  /** Positions whose types answer later. */
  readonly #late: readonly number[];
  /** Positions that take the invocation. */
  readonly #contexts: readonly number[];

  constructor(
    private readonly operation: Operation,
    private readonly checks: readonly Check[],
    private readonly next: Next,
  ) {
    this.#late = checks.filter((check) => check.type.async).map((check) => check.index);
    this.#contexts = operation.parameters.filter(({ place }) => place === 'context').map(({ index }) => index);
  }

  run(invocation: Invocation): Promise<Reply> {
    const given = invocation.source.arguments?.(invocation) ?? [];
    return given instanceof Promise
      ? given.then((args) => this.#checked(invocation, args))
      : this.#checked(invocation, given);
  }

  #checked(invocation: Invocation, given: readonly unknown[]): Promise<Reply> {
    const args = given.slice();
    const faults: Fault[] = [];
    for (const check of this.checks) args[check.index] = check.run(args[check.index], faults);
    return this.#late.length > 0 ? this.#awaited(invocation, args, faults) : this.#bound(invocation, args, faults);
  }

  async #awaited(invocation: Invocation, args: unknown[], faults: Fault[]): Promise<Reply> {
    const values = await Promise.all(this.#late.map((index) => args[index]));
    this.#late.forEach((index, position) => (args[index] = values[position]));
    return this.#bound(invocation, args, faults);
  }

  #bound(invocation: Invocation, args: unknown[], faults: readonly Fault[]): Promise<Reply> {
    if (faults.length > 0) throw argumentRefusal(this.operation, faults);
    for (const index of this.#contexts) args[index] = invocation;
    invocation.args = args;
    return this.next(invocation);
  }
}

/** How one argument is checked; made once for each operation. */
class Check {
  readonly index: number;
  readonly #at: { readonly place: string; readonly pointer: string };
  readonly #optional: boolean;
  readonly #fallback: unknown;

  constructor(
    { index, place, name, optional, default: fallback }: Parameter,
    readonly type: Pick<ValueType, 'async' | 'validate'>,
  ) {
    this.index = index;
    this.#at = { place, pointer: place === 'body' ? '' : pointerStep(name) };
    this.#optional = optional;
    this.#fallback = fallback;
  }

  run(value: unknown, faults: Fault[]): unknown {
    if (value !== undefined) return this.type.validate(value, this.#at, faults);
    if (this.#fallback !== undefined) return this.type.validate(copyOf(this.#fallback), this.#at, faults);
    if (!this.#optional) faults.push({ ...this.#at, expected: 'a value', got: 'nothing', message: 'is required' });
    return undefined;
  }
}

/** A default is given as it would be received, and never twice the same object. */
function copyOf(fallback: unknown): unknown {
  return typeof fallback === 'object' && fallback !== null ? structuredClone(fallback) : fallback;
}
