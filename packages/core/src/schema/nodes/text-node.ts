import type { JsonSchema } from '../json-schema.js';
import type { Format } from './format.js';
import { quote } from './quote.js';
import { TypeNode, type Bind } from './type-node.js';
import type { Walk } from './walk.js';

export interface TextLimits {
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly pattern: RegExp | undefined;
  readonly format: Format | undefined;
}

/** Text; a `Date` goes out as text too where the format says so. */
export class TextNode extends TypeNode {
  readonly label = 'string';
  private readonly free: boolean;

  constructor(private readonly limits: TextLimits) {
    super();
    this.free = Object.values(limits).every((limit) => limit === undefined);
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value !== 'string') return walk.fault('string', value);
    if (this.free) return value;
    const wrong = this.wrong(value);
    return wrong === undefined ? value : walk.fault(wrong, value);
  }

  write(value: unknown, walk: Walk): string {
    if (typeof value === 'string') return quote(value);
    if (value instanceof Date && this.limits.format?.name === 'date-time' && !Number.isNaN(value.getTime())) {
      return `"${value.toISOString()}"`;
    }
    return walk.misfit('string', value);
  }

  override guard(variable: string, bind: Bind): string {
    const { minLength, maxLength, pattern, format } = this.limits;
    const tests = [`typeof ${variable} === 'string'`];
    // A character takes at most two places, so that these need no counting.
    if (minLength !== undefined) tests.push(`${variable}.length >= ${2 * minLength - 1}`);
    if (maxLength !== undefined) tests.push(`${variable}.length <= ${maxLength}`);
    if (pattern) tests.push(`${bind(pattern)}.test(${variable})`);
    if (format) tests.push(`${bind(format)}.test(${variable})`);
    return tests.join(' && ');
  }

  override shortcut(variable: string, bind: Bind): { readonly when: string; readonly text: string } {
    return { when: `typeof ${variable} === 'string'`, text: `${bind(quote)}(${variable})` };
  }

  describe(): JsonSchema {
    const { minLength, maxLength, pattern, format } = this.limits;
    return {
      type: 'string',
      ...(minLength === undefined ? {} : { minLength }),
      ...(maxLength === undefined ? {} : { maxLength }),
      ...(pattern ? { pattern: pattern.source } : {}),
      ...(format ? { format: format.name } : {}),
    };
  }

  private wrong(value: string): string | undefined {
    const { minLength, maxLength, pattern, format } = this.limits;
    if (minLength !== undefined && value.length < 2 * minLength && characters(value) < minLength) {
      return `at least ${minLength} character${minLength === 1 ? '' : 's'}`;
    }
    if (maxLength !== undefined && value.length > maxLength && isLonger(value, maxLength)) {
      return `at most ${maxLength} character${maxLength === 1 ? '' : 's'}`;
    }
    if (pattern && !pattern.test(value)) return `text that matches ${pattern.source}`;
    return format && !format.test(value) ? format.name : undefined;
  }
}

/** JSON Schema counts Unicode characters, JavaScript halves of them. */
function characters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      count--;
      index++;
    }
  }
  return count;
}

function isLonger(text: string, most: number): boolean {
  return text.length > 2 * most || characters(text) > most;
}
