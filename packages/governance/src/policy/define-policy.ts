import {
  defineSection,
  policyKey,
  type JsonSchema,
  type PolicyKind,
  type Section,
  type SectionFault,
  type Side,
} from '@ts-chassis/core';
import { policyLevels } from './policy-levels.js';

/**
 * What fields cannot say together.
 *
 * @example
 * ```ts
 * const contradiction: Contradiction = { field: 'maxMs', expected: 'at least minMs, which is 500' };
 * ```
 */
export interface Contradiction {
  /** Dotted, below the policy's own fields: `protocols.rest.abort.httpStatus`. */
  readonly field: string;
  readonly expected: string;
  /** What is there instead; default nothing. */
  readonly got?: string;
}

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
  /** What the checked fields of one place in the configuration, wider places taken into account, cannot say together. Must have no effects. */
  check?(fields: Partial<T>): Contradiction | undefined;
}

/**
 * A kind of policy with the section that checks what the configuration says of it; a plug-in gives both to its host.
 *
 * @example
 * ```ts
 * install(host: PluginHost) {
 *   host.policy(QuietPolicy);
 *   host.section(QuietPolicy.section);
 * }
 * ```
 */
export interface GovernancePolicy<T extends object> extends PolicyKind<T> {
  readonly section: Section<unknown>;
}

/** Where all policies stand: `servicecomb.governance.{name}`. */
export const GOVERNANCE_ROOT = 'servicecomb.governance';

/**
 * Makes a kind of policy that is configured below `servicecomb.governance.{name}` on all levels and sides, by decorator, and by the other spellings of
 * its keys. A handler reads it at plan time with `context.policy(kind)`.
 *
 * @param definition - its name, fields, defaults and handlers
 *
 * @example
 * ```ts
 * const QuietPolicy = definePolicy<{ readonly level: number }>({
 *   name: 'quiet', decorator: 'Quiet', description: 'How quiet a call is.', defaults: { level: 0 },
 *   fields: { level: { type: 'integer', minimum: 0, description: 'The more, the quieter.' } },
 *   handlers: { provider: 'quiet' },
 * });
 * ```
 */
export function definePolicy<T extends object>(definition: PolicyDefinition<T>): GovernancePolicy<T> {
  const { name, decorator, description, fields, defaults, handlers, home, check, aliases = {} } = definition;
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
      ...(check && { read: reader(check, Object.keys(fields)) }),
    }),
    ...(home && { home }),
  };
}

type Check = (fields: never) => Contradiction | undefined;

/** Refuses the first contradiction; places below it would repeat it. */
function reader(check: Check, fields: readonly string[]): NonNullable<Section<unknown>['read']> {
  return (values: unknown, key, refuse: (fault: SectionFault) => void) => {
    for (const level of policyLevels(values, key, fields)) {
      const found = check(level.inForce as never);
      if (!found) continue;
      refuse({ key: `${level.key}.${found.field}`, expected: found.expected, got: found.got ?? 'nothing' });
      break;
    }
    return values;
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
