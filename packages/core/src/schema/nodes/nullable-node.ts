import type { JsonSchema } from '../json-schema.js';
import { withKeywords } from './native-type.js';
import { TypeNode, type Bind, type Naming } from './type-node.js';
import type { Walk } from './walk.js';

/** `null` or something else. */
export class NullableNode extends TypeNode {
  constructor(private readonly inner: TypeNode) {
    super();
  }

  get label(): string {
    return `${this.inner.label} or null`;
  }

  override get defers(): boolean {
    return this.inner.defers;
  }

  override guard(variable: string, bind: Bind): string {
    const inner = this.inner.guard(variable, bind);
    return `${variable} === null${inner === undefined ? '' : ` || (${inner})`}`;
  }

  override children(): readonly TypeNode[] {
    return [this.inner];
  }

  take(value: unknown, walk: Walk): unknown {
    return value === null ? null : this.inner.take(value, walk);
  }

  write(value: unknown, walk: Walk): string {
    return value === null ? 'null' : this.inner.write(value, walk);
  }

  describe(naming: Naming): JsonSchema {
    const inner = this.inner.describe(naming);
    const type = inner['type'];
    const members = inner['anyOf'] as JsonSchema[] | undefined;
    if (members && Object.keys(inner).length === 1) return { anyOf: [...members, { type: 'null' }] };
    if (type === undefined || inner['$ref'] !== undefined) {
      return Object.keys(inner).length === 0 ? inner : { anyOf: [inner, { type: 'null' }] };
    }
    const types = Array.isArray(type) ? (type as string[]) : [type as string];
    const values = inner['enum'] as unknown[] | undefined;
    return withKeywords(inner, {
      type: types.includes('null') ? types : [...types, 'null'],
      ...(values && !values.includes(null) ? { enum: [...values, null] } : {}),
    });
  }
}
