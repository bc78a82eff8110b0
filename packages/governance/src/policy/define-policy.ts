import { defineSection, policyKey, type JsonSchema, type PolicyKind, type Section, type Side } from '@ts-chassis/core';

/**
 * What a policy is made of.
 *
 * @example
 * ```ts
 * const Timeout = definePolicy<TimeoutFields>({
 *   name: 'timeout', decorator: 'Timeout', description: 'Time granted to a call.', defaults: { ms: 30_000 },
 *   fields: { ms: { type: 'integer', minimum: 1, description: 'Milliseconds.' } },
 *   handlers: { provider: 'timeout', consumer: 'timeout', method: 'timeout' },
 * });
 * ```
 */
export interface PolicyDefinition<T extends object> {
  /** The step below `servicecomb.governance` where it is configured. */
  readonly name: string;
  /** Its decorator's name, without the at sign. */
  readonly decorator: string;
  readonly description: string;
  /** JSON Schema of each field, with a description; no defaults in it. */
  readonly fields: Readonly<Record<keyof T & string, JsonSchema>>;
  readonly defaults: T;
  /** The handler that acts on it, by side. */
  readonly handlers: Partial<Readonly<Record<Side, string>>>;
  /** As in `PolicyKind`. */
  readonly home?: readonly Side[];
  /** Other spellings: from a dotted key, which may hold `*`, to a dotted key below the policy's root. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** A kind of policy with the section that checks what the configuration says of it. */
export interface GovernancePolicy<T extends object> extends PolicyKind<T> {
  readonly section: Section<unknown>;
}

/** Where all policies stand: `servicecomb.governance.{name}`. */
export const GOVERNANCE_ROOT = 'servicecomb.governance';

/** Makes a kind of policy; its decorator writes `key`. */
export function definePolicy<T extends object>(definition: PolicyDefinition<T>): GovernancePolicy<T> {
  const { name, decorator, description, fields, defaults, handlers, home, aliases = {} } = definition;
  const root = `${GOVERNANCE_ROOT}.${name}`;
  return {
    ...{ name, root, defaults, handlers, schema: fields },
    key: policyKey<T>(decorator, '@ts-chassis/governance'),
    section: defineSection<unknown>({
      key: root,
      live: true,
      description,
      schema: levels(fields),
      aliases: Object.fromEntries(Object.entries(aliases).map(([alias, target]) => [alias, `${root}.${target}`])),
    }),
    ...(home && { home }),
  };
}

/** The tree of a policy: for everybody, for one side, and below both by service, schema and operation. */
function levels(fields: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const named = (properties: object): JsonSchema => ({
    type: 'object',
    additionalProperties: { type: 'object', properties },
  });
  const operations = named(fields);
  const schemas = named({ ...fields, operations });
  const services = named({ ...fields, schemas });
  const tree = { ...fields, services };
  const side: JsonSchema = { type: 'object', properties: tree };
  return { type: 'object', properties: { ...tree, provider: side, consumer: side, method: side } };
}
