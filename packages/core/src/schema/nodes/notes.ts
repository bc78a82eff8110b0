import type { FieldOptions } from '../field.js';
import type { JsonSchema } from '../json-schema.js';
import type { TypeNode } from './type-node.js';
import { Walk } from './walk.js';

/** The keywords beside a type: they constrain nothing. Made when a document asks, when all nodes are there. */
export function notesOf(options: FieldOptions, node: TypeNode): () => JsonSchema {
  return () => {
    const { title, description, deprecated, readOnly, writeOnly } = options;
    const examples = options.examples ?? (options.example === undefined ? undefined : [options.example]);
    const notes = {
      title,
      description,
      default: options.default === undefined ? undefined : asJson(options.default, node),
      examples: examples?.map((example) => asJson(example, node)),
      deprecated: deprecated || undefined,
      readOnly: readOnly || undefined,
      writeOnly: writeOnly || undefined,
    };
    return Object.fromEntries(Object.entries(notes).filter(([, note]) => note !== undefined));
  };
}

/** As it would be sent: a `Date` is text there. */
function asJson(value: unknown, node: TypeNode): unknown {
  try {
    return JSON.parse(node.write(value, new Walk({ place: 'example', pointer: '' }, [], 'drop')));
  } catch {
    return value;
  }
}
