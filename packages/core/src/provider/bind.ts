import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Next } from '../invocation/next.js';
import type { Operation, Parameter, ParameterPlace } from '../schema/operation.js';
import type { Fault, ValueType } from '../schema/value-type.js';

/** Filled in by the transport with its own objects, nothing to validate. */
const OF_TRANSPORT: ReadonlySet<ParameterPlace> = new Set(['context', 'request', 'response']);

/** How one argument is checked; made once for each operation. */
interface Check {
  readonly index: number;
  readonly type: ValueType;
  readonly at: { readonly place: string; readonly pointer: string };
  readonly optional: boolean;
  readonly fallback: unknown;
}

/**
 * The link `bind`: has the transport read the arguments, then fills in defaults and validates them. All faults are reported at once.
 *
 * @throws ChassisError `ARGUMENT_INVALID` with `details.faults`, when run
 */
export function bind(operation: Operation, next: Next): Next {
  const checks = operation.parameters.filter((parameter) => !OF_TRANSPORT.has(parameter.place)).map(toCheck);
  const binder = new Binder(operation, checks, next);
  return (invocation) => binder.run(invocation);
}

class Binder {
  readonly #async: boolean;

  constructor(
    private readonly operation: Operation,
    private readonly checks: readonly Check[],
    private readonly next: Next,
  ) {
    this.#async = checks.some((check) => check.type.async);
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
    for (const check of this.checks) args[check.index] = checkArgument(check, args[check.index], faults);
    if (this.#async) return this.#awaited(invocation, args, faults);
    if (faults.length > 0) throw refusal(this.operation, faults);
    invocation.args = args;
    return this.next(invocation);
  }

  async #awaited(invocation: Invocation, args: readonly unknown[], faults: Fault[]): Promise<Reply> {
    const values = await Promise.all(args);
    if (faults.length > 0) throw refusal(this.operation, faults);
    invocation.args = values;
    return this.next(invocation);
  }
}

type Reply = Awaited<ReturnType<Next>>;

function toCheck(parameter: Parameter): Check {
  const { index, place, name } = parameter;
  return {
    index,
    type: parameter.schema,
    at: { place, pointer: place === 'body' ? '' : `/${name}` },
    optional: parameter.optional,
    fallback: parameter.default,
  };
}

function checkArgument(check: Check, value: unknown, faults: Fault[]): unknown {
  if (value !== undefined) return check.type.validate(value, check.at, faults);
  if (check.fallback !== undefined) return structuredClone(check.fallback);
  if (!check.optional) faults.push({ ...check.at, expected: 'a value', got: 'nothing', message: 'is required' });
  return undefined;
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
