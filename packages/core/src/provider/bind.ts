import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import { pointerStep } from '../schema/json-pointer.js';
import type { Operation, Parameter, ParameterPlace } from '../schema/operation.js';
import type { Fault, ValueType } from '../schema/value-type.js';

/** Filled in by the transport with its own objects, nothing to validate. */
const OF_TRANSPORT: ReadonlySet<ParameterPlace> = new Set(['context', 'request', 'response']);

/**
 * The link `bind`: has the transport read the arguments, then fills in defaults and validates them. All faults are reported at once.
 *
 * @throws ChassisError `ARGUMENT_INVALID` with `details.faults`, when run
 */
export function bind(operation: Operation, next: Next): Next {
  const checks = operation.parameters
    .filter(({ place }) => !OF_TRANSPORT.has(place))
    .map((parameter) => new Check(parameter));
  const binder = new Binder(operation, checks, next);
  return (invocation) => binder.run(invocation);
}

class Binder {
  /** Positions whose types answer later. */
  readonly #late: readonly number[];

  constructor(
    private readonly operation: Operation,
    private readonly checks: readonly Check[],
    private readonly next: Next,
  ) {
    this.#late = checks.filter((check) => check.type.async).map((check) => check.index);
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

  #bound(invocation: Invocation, args: readonly unknown[], faults: readonly Fault[]): Promise<Reply> {
    if (faults.length > 0) throw refusal(this.operation, faults);
    invocation.args = args;
    return this.next(invocation);
  }
}

/** How one argument is checked; made once for each operation. */
class Check {
  readonly index: number;
  readonly type: ValueType;
  readonly #at: { readonly place: string; readonly pointer: string };
  readonly #optional: boolean;
  readonly #fallback: unknown;

  constructor({ index, place, name, schema, optional, default: fallback }: Parameter) {
    this.index = index;
    this.type = schema;
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

function refusal(operation: Operation, faults: readonly Fault[]): ChassisError {
  const [first] = faults;
  const more = faults.length > 1 ? ` and ${faults.length - 1} more` : '';
  return ChassisError.withoutStack(
    'INVALID_ARGUMENT',
    `${operation.id}: ${first?.place}${first?.pointer} ${first?.message}${more}`,
    { code: 'ARGUMENT_INVALID', details: { faults } },
  );
}
