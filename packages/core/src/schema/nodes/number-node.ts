import type { JsonSchema } from '../json-schema.js';
import { TypeNode } from './type-node.js';
import type { Walk } from './walk.js';

export interface NumberLimits {
  readonly integer: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: number | undefined;
  readonly exclusiveMaximum: number | undefined;
  readonly multipleOf: number | undefined;
  readonly format: string | undefined;
}

/** A finite number. */
export class NumberNode extends TypeNode {
  readonly label: string;

  constructor(private readonly limits: NumberLimits) {
    super();
    this.label = limits.integer ? 'integer' : 'number';
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value !== 'number' || !Number.isFinite(value)) return walk.fault(this.label, value);
    const wrong = this.wrong(value);
    return wrong === undefined ? value : walk.fault(wrong, value);
  }

  write(value: unknown, walk: Walk): string {
    if (typeof value === 'number' && Number.isFinite(value) && (!this.limits.integer || Number.isInteger(value))) {
      return `${value}`;
    }
    return walk.misfit(this.label, value);
  }

  override guard(variable: string): string | undefined {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = this.limits;
    if (multipleOf !== undefined) return undefined;
    const tests = [this.shortcut(variable).when];
    if (minimum !== undefined) tests.push(`${variable} >= ${minimum}`);
    if (maximum !== undefined) tests.push(`${variable} <= ${maximum}`);
    if (exclusiveMinimum !== undefined) tests.push(`${variable} > ${exclusiveMinimum}`);
    if (exclusiveMaximum !== undefined) tests.push(`${variable} < ${exclusiveMaximum}`);
    return tests.join(' && ');
  }

  override shortcut(variable: string): { readonly when: string; readonly text: string } {
    const finite = this.limits.integer ? `Number.isInteger(${variable})` : `${variable} - ${variable} === 0`;
    return { when: `typeof ${variable} === 'number' && ${finite}`, text: variable };
  }

  describe(): JsonSchema {
    const limits = Object.entries(this.limits).filter(([name, limit]) => name !== 'integer' && limit !== undefined);
    return { type: this.label, ...Object.fromEntries(limits) };
  }

  private wrong(value: number): string | undefined {
    const { limits } = this;
    if (limits.integer && !Number.isInteger(value)) return 'integer';
    if (limits.minimum !== undefined && value < limits.minimum) return `at least ${limits.minimum}`;
    if (limits.maximum !== undefined && value > limits.maximum) return `at most ${limits.maximum}`;
    if (limits.exclusiveMinimum !== undefined && value <= limits.exclusiveMinimum)
      return `more than ${limits.exclusiveMinimum}`;
    if (limits.exclusiveMaximum !== undefined && value >= limits.exclusiveMaximum)
      return `less than ${limits.exclusiveMaximum}`;
    if (limits.multipleOf !== undefined && !isMultiple(value, limits.multipleOf))
      return `a multiple of ${limits.multipleOf}`;
    return undefined;
  }
}

/** With the tolerance that decimal fractions need: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) <= Number.EPSILON * Math.max(1, Math.abs(quotient)) * 2;
}
