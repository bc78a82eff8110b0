import type { JsonSchema } from '../json-schema.js';
import { quote } from './quote.js';
import { TypeNode, type Bind } from './type-node.js';
import type { Walk } from './walk.js';

type Scalar = string | number | boolean | null;

/** One of some values. */
export class EnumNode extends TypeNode {
  readonly label: string;
  private readonly known: ReadonlySet<unknown>;

  constructor(readonly values: readonly Scalar[]) {
    super();
    this.known = new Set(values);
    this.label =
      values.length === 1
        ? JSON.stringify(values[0])
        : `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  }

  take(value: unknown, walk: Walk): unknown {
    return this.known.has(value) ? value : walk.fault(this.label, value);
  }

  write(value: unknown, walk: Walk): string {
    if (!this.known.has(value)) return walk.misfit(this.label, value);
    return typeof value === 'string' ? quote(value) : String(value);
  }

  override guard(variable: string, bind: Bind): string {
    return `${bind(this.known)}.has(${variable})`;
  }

  describe(): JsonSchema {
    const types = [...new Set(this.values.map(typeOf))];
    const type = types.includes('number') ? types.filter((name) => name !== 'integer') : types;
    return { type: type.length === 1 ? type[0] : type, enum: [...this.values] };
  }
}

function typeOf(value: Scalar): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
