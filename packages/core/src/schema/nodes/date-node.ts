import type { JsonSchema } from '../json-schema.js';
import type { Format } from './format.js';
import { withNative } from './native-type.js';
import { TypeNode } from './type-node.js';
import type { Walk } from './walk.js';

/** A `Date` inside, text by RFC 3339 outside: with time and offset, or (`date`) the day in UTC alone. */
export class DateNode extends TypeNode {
  readonly label: string;

  constructor(private readonly format: Format) {
    super();
    this.label = format.name;
  }

  override get converts(): boolean {
    return true;
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value === 'string' && this.format.test(value)) {
      const date = new Date(value);
      if (!Number.isNaN(date.getTime())) return date;
    }
    if (value instanceof Date && !Number.isNaN(value.getTime())) return new Date(value);
    return walk.fault(this.label, value);
  }

  write(value: unknown, walk: Walk): string {
    if (value instanceof Date && !Number.isNaN(value.getTime())) {
      const text = value.toISOString();
      return `"${this.label === 'date' ? text.slice(0, text.indexOf('T')) : text}"`;
    }
    if (typeof value === 'string' && this.format.test(value)) return `"${value}"`;
    return walk.misfit(this.label, value);
  }

  describe(): JsonSchema {
    return withNative({ type: 'string', format: this.format.name }, 'Date');
  }
}
