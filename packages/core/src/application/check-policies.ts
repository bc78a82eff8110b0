import type { PolicyKey, PolicyKind } from '../chain/policy.js';
import { actsOn } from '../chain/resolve-policy.js';
import { coreError } from '../errors/core-error.js';
import { marksOf, read, readOwn, type AnyClass } from '../metadata/annotate.js';
import { ImplementsKey } from '../schema/implements.js';
import type { SchemaInfo } from '../schema/operation.js';

/**
 * Refuses policy decorators that would have no effect: those of a kind that no listed plug-in registered, on any class, and those for
 * consumers on a class that no consumer reads.
 *
 * @throws ChassisError `PLUGIN_MISSING`, `SCHEMA_INVALID`
 */
export function checkPolicies(schema: SchemaInfo, kinds: readonly PolicyKind<object>[]): void {
  const { type } = schema;
  if (!type) return;
  refuseUnregistered(type, kinds);
  // what the contract says is inherited and meant for its consumers; only what stands on the provider itself is a mistake
  if (read(type, ImplementsKey) === undefined) return;
  const members = [undefined, ...schema.operations.map((operation) => operation.member)];
  for (const kind of kinds) {
    for (const member of members) {
      const mark = readOwn(type, kind.key, member);
      if (mark && !actsOn(kind, 'provider', mark)) throw forConsumers(kind, type, member);
    }
  }
}

/**
 * Policy decorators on a served class that is its own contract, which nothing heeds when nobody calls by that class: a sentence each. One that names
 * its side is meant for whoever does.
 */
export function unheeded(schema: SchemaInfo, kinds: readonly PolicyKind<object>[]): readonly string[] {
  const { type } = schema;
  if (!type || read(type, ImplementsKey) !== undefined) return [];
  const members = [undefined, ...schema.operations.map((operation) => operation.member)];
  return kinds.flatMap((kind) =>
    members.flatMap((member) => {
      const mark = readOwn(type, kind.key, member);
      if (!mark || mark.side !== undefined || actsOn(kind, 'provider', mark)) return [];
      const where = member === undefined ? type.name : `${type.name}.${member}`;
      return [`${where}: @${kind.key.name} acts on consumers only: nothing heeds it where ${type.name} is served`];
    }),
  );
}

function forConsumers({ key }: PolicyKind<object>, type: AnyClass, member: string | undefined): Error {
  const where = member === undefined ? type.name : `${type.name}.${member}`;
  return coreError(
    'SCHEMA_INVALID',
    `${where}: @${key.name} acts on consumers, which read the contract and not ${type.name}; write it there`,
  );
}

/** Refuses a class with a policy decorator whose package is not listed. */
export function refuseUnregistered(type: AnyClass, kinds: readonly PolicyKind<object>[]): void {
  const known = new Set<unknown>(kinds.map((kind) => kind.key));
  for (const { key, member } of marksOf(type)) {
    const { needs } = key as Partial<PolicyKey<unknown>>;
    if (needs === undefined || known.has(key)) continue;
    const where = member === undefined ? type.name : `${type.name}.${String(member)}`;
    throw coreError(
      'PLUGIN_MISSING',
      `${where}: @${key.name} needs the plug-in of ${needs}, which is not listed in plugins`,
    );
  }
}
