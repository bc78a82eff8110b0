import type { ErrorObject, ValidateFunction } from 'ajv';
import type { JsonSchema } from '../json-schema.js';
import { AnyNode } from './any-node.js';
import { compileJsonSchema } from './compile-json-schema.js';
import { hoistDefinitions } from './hoist-definitions.js';
import { shown } from './shown.js';
import { TypeNode, type NamedNode, type Naming } from './type-node.js';
import { isSecretPointer, MISFIT, type Walk } from './walk.js';

/** A value that a JSON Schema describes, checked by Ajv on a copy of it, into which defaults are filled. */
export class JsonSchemaNode extends TypeNode implements NamedNode {
  readonly label: string;
  readonly origin: object;
  private readonly copies = new AnyNode('any');
  private readonly validate: ValidateFunction;
  /** Compiled when a value first does not fit. */
  private validateAll: ValidateFunction | undefined;

  constructor(
    private readonly schema: JsonSchema,
    readonly name: string,
  ) {
    super();
    this.origin = schema;
    this.label = name || 'a value of its JSON Schema';
    this.validate = compileJsonSchema(schema, false);
  }

  take(value: unknown, walk: Walk): unknown {
    const before = walk.faults.length;
    const copy = this.copies.take(value, walk);
    if (walk.faults.length > before) return MISFIT;
    if (this.validate(copy)) return copy;
    const validate = isSmall(copy) ? (this.validateAll ??= compileJsonSchema(this.schema, true)) : this.validate;
    validate(copy);
    for (const error of validate.errors ?? []) reportError(error, walk);
    return MISFIT;
  }

  write(value: unknown, walk: Walk): string {
    const copy = this.copies.take(value, walk);
    if (!this.validate(copy)) return walk.misfit(expectation(this.validate.errors![0]!), value);
    return this.copies.write(copy, walk);
  }

  describe(naming: Naming): JsonSchema {
    return this.name ? naming.reference(this) : hoistDefinitions(this.schema, naming);
  }

  define(naming: Naming): JsonSchema {
    return hoistDefinitions(this.schema, naming);
  }
}

const MOST_VALUES = 1000;

/** Whether all faults of a value may be asked for: Ajv has no limit, and a hostile list would make millions of them. */
function isSmall(value: unknown): boolean {
  const waiting = [value];
  for (let seen = 0; waiting.length > 0; seen++) {
    const next = waiting.pop();
    if (seen + waiting.length > MOST_VALUES) return false;
    if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next).slice(0, MOST_VALUES + 1));
  }
  return true;
}

function reportError(error: ErrorObject, walk: Walk): void {
  const expected = expectation(error);
  const missing = error.keyword === 'required' ? `/${String(error.params['missingProperty'])}` : '';
  const pointer = walk.pointer() + error.instancePath + missing;
  const secret = walk.isSecret() || isSecretPointer(pointer);
  const got = missing ? 'nothing' : secret ? 'redacted' : shown(error.data);
  const message = missing ? 'required' : `expected ${expected}, got ${got}`;
  walk.report({ place: walk.place, pointer, expected, got, message });
}

function expectation(error: ErrorObject): string {
  if (error.keyword === 'enum') {
    return `one of ${(error.params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
  }
  return (error.message ?? error.keyword).replace(/^must (?:be )?/, '');
}
