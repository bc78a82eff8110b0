import type { JsonSchema } from '../json-schema.js';
import { withNative } from './native-type.js';
import { TypeNode } from './type-node.js';
import type { Walk } from './walk.js';

const DIGITS = /^-?(?:0|[1-9][0-9]{0,18})$/;

/** A `bigint` of 64 bits inside, decimal digits as text outside: JSON numbers lose digits beyond 2 to the 53rd. */
export class BigIntNode extends TypeNode {
  readonly label = 'int64 as text';

  override get converts(): boolean {
    return true;
  }

  take(value: unknown, walk: Walk): unknown {
    const number = toBigInt(value);
    return number !== undefined && fits(number) ? number : walk.fault(this.label, value);
  }

  write(value: unknown, walk: Walk): string {
    const number = toBigInt(value);
    return number !== undefined && fits(number) ? `"${number}"` : walk.misfit(this.label, value);
  }

  describe(): JsonSchema {
    return withNative({ type: 'string', format: 'int64' }, 'bigint');
  }
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' && DIGITS.test(value)) return BigInt(value);
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

function fits(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}
