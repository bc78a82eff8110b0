import type { JsonSchema } from '../json-schema.js';
import { withNative } from './native-type.js';
import { TypeNode } from './type-node.js';
import type { Walk } from './walk.js';

/** Padded base64 by RFC 4648; the length is checked apart, so that the expression stays linear. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A `Buffer` inside, base64 text outside. */
export class BytesNode extends TypeNode {
  readonly label = 'base64';

  override get converts(): boolean {
    return true;
  }

  take(value: unknown, walk: Walk): unknown {
    if (typeof value === 'string' && value.length % 4 === 0 && BASE64.test(value)) return Buffer.from(value, 'base64');
    return value instanceof Uint8Array ? Buffer.from(value) : walk.fault(this.label, value);
  }

  write(value: unknown, walk: Walk): string {
    if (!(value instanceof Uint8Array)) return walk.misfit('bytes', value);
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  }

  describe(): JsonSchema {
    return withNative({ type: 'string', contentEncoding: 'base64', format: 'byte' }, 'Buffer');
  }
}
