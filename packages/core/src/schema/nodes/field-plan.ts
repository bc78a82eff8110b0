import type { JsonSchema } from '../json-schema.js';
import type { TypeNode } from './type-node.js';

/** One field of an object, with all that was said of it. */
export interface FieldPlan {
  readonly name: string;
  readonly node: TypeNode;
  readonly optional: boolean;
  /** What stands in when it is left out: a fresh value each time. */
  readonly fallback: (() => unknown) | undefined;
  /** Whether it travels in the direction of this node: read-only fields do not come in, write-only ones do not go out. */
  readonly travels: boolean;
  readonly secret: boolean;
  /** Keywords beside the type: texts, examples, default, readOnly and writeOnly. */
  readonly notes: () => JsonSchema;
}
