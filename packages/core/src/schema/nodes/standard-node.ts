import type { JsonSchema } from '../json-schema.js';
import { pointerStep } from '../json-pointer.js';
import type { StandardResult, StandardSchema } from '../standard-schema.js';
import { hoistDefinitions } from './hoist-definitions.js';
import { isTooDeep } from './too-deep.js';
import { shown } from './shown.js';
import { standardJson, type Direction } from './standard-json.js';
import { TypeNode, type Naming } from './type-node.js';
import { DEEPEST, isSecretPointer, MISFIT, type Walk } from './walk.js';

/** A schema of another library; its own validation decides, synchronously or not. */
export class StandardNode extends TypeNode {
  readonly label: string;

  constructor(
    private readonly schema: StandardSchema,
    private readonly direction: Direction,
  ) {
    super();
    this.label = `a value of the ${schema['~standard'].vendor} schema`;
  }

  override get converts(): boolean {
    return true;
  }

  override get defers(): boolean {
    return true;
  }

  take(value: unknown, walk: Walk): unknown {
    if (isTooDeep(value)) return walk.fault(`at most ${DEEPEST} levels`, value);
    const result = this.schema['~standard'].validate(value);
    const pointer = walk.pointer();
    const secret = walk.isSecret();
    if (!(result instanceof Promise)) return this.settle(result, { walk, pointer, secret, value });
    return result.then((settled) => this.settle(settled, { walk, pointer, secret, value }));
  }

  /** What goes out is validated too, which is how these libraries leave undeclared fields out. */
  write(value: unknown, walk: Walk): string {
    const result = isTooDeep(value) ? undefined : this.schema['~standard'].validate(value);
    if (!result || result instanceof Promise)
      return walk.misfit(result ? 'a schema that validates synchronously' : 'fewer levels', value);
    if (result.issues) return walk.misfit(result.issues[0]?.message ?? this.label, value);
    return JSON.stringify(result.value) ?? walk.misfit('JSON', result.value);
  }

  describe(naming: Naming): JsonSchema {
    return hoistDefinitions(standardJson(this.schema, this.direction), naming);
  }

  private settle(
    result: StandardResult<unknown>,
    at: { readonly walk: Walk; readonly pointer: string; readonly secret: boolean; readonly value: unknown },
  ): unknown {
    if (!result.issues) return result.value;
    for (const { message, path = [] } of result.issues) {
      const steps = path.map((step) => (typeof step === 'object' ? step.key : step));
      const pointer =
        at.pointer + steps.map((step) => pointerStep(typeof step === 'number' ? step : String(step))).join('');
      const got = at.secret || isSecretPointer(pointer) ? 'redacted' : shown(steps.reduce(child, at.value));
      at.walk.report({ place: at.walk.place, pointer, expected: message, got, message });
    }
    return MISFIT;
  }
}

function child(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, step)
    ? (value as Record<PropertyKey, unknown>)[step]
    : undefined;
}
