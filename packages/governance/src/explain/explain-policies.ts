import { policyIn, type ConfigView, type Operation, type PolicyScope, type Resolved } from '@ts-chassis/core';
import { ALL_POLICIES, type ExplainedKind } from './all-policies.js';
import type { ExplainedField, ExplainedPolicy } from './explanation.js';
import { shown } from './shown.js';

/** What policies are looked up for. */
export interface ExplainedScope extends PolicyScope {
  readonly operation: Operation;
  readonly mark: string | undefined;
}

/** Every policy in force, each field with the place that says it. */
export function explainPolicies(config: ConfigView, scope: ExplainedScope): readonly ExplainedPolicy[] {
  return ALL_POLICIES.flatMap((one): ExplainedPolicy[] => {
    const { kind } = one;
    const handler = kind.handlers[scope.side];
    if (handler === undefined) return [];
    const resolved = policyIn(kind, scope, config);
    const marked = markedFields(config, one, scope.mark);
    if (!resolved && marked.length === 0) return [];
    const names = new Set(marked.map(({ field }) => field));
    const fields = resolved ? fieldsOf(config, resolved).filter(({ field }) => !names.has(field)) : [];
    return [{ kind: kind.name, handler, fields: [...marked, ...fields] }];
  });
}

function fieldsOf(config: ConfigView, { value, origins, keys }: Resolved<object>): readonly ExplainedField[] {
  const [byField, keyOf] = [origins as Readonly<Record<string, string>>, keys as Readonly<Record<string, string>>];
  return Object.entries(value).flatMap(([field, said]): ExplainedField[] => {
    if (said === undefined) return [];
    const key = keyOf[field];
    const place = key === undefined ? undefined : placeOf(config, key, said);
    return [
      {
        ...{ field, value: shown(said), origin: byField[field] ?? 'built-in' },
        ...(key !== undefined && { key }),
        ...(place !== undefined && { place }),
      },
    ];
  });
}

function markedFields(
  config: ConfigView,
  { marked }: ExplainedKind,
  mark: string | undefined,
): readonly ExplainedField[] {
  if (mark === undefined) return [];
  return marked.flatMap((section): ExplainedField[] => {
    const fields = config.section(section).get(mark);
    if (!fields) return [];
    const key = `${section.key}.${mark}`;
    const place = placeOf(config, key, config.raw(key));
    return Object.entries(fields).map(([field, said]) => ({
      ...{ field, value: shown(said), origin: 'mark' },
      // a policy may be called otherwise than its mark
      key: place === undefined ? section.key : key,
      ...(place !== undefined && { place }),
    }));
  });
}

/** Where a key stands; of a map where the first thing in it stands. */
function placeOf(config: ConfigView, key: string, value: unknown): string | undefined {
  const place = config.origin(key)?.place;
  if (place !== undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return place;
  for (const [name, inner] of Object.entries(value)) {
    const found = placeOf(config, `${key}.${name}`, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
