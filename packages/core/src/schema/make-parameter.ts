import type { Extra } from './dto.js';
import type { Parameter, ParameterPlace } from './operation.js';
import { invalid } from './nodes/invalid.js';
import type { Spec } from './spec.js';
import type { TypeOptions } from './type-options.js';
import { valueTypeOf } from './value-type-of.js';
import { jsonSpec } from './json-spec.js';

/** What is known of a parameter besides what its mark says. */
export interface ParameterSetting {
  readonly index: number;
  readonly name: string;
  readonly where: string;
  /** None for what exists on the server only. */
  readonly spec: Spec | undefined;
  readonly extra: Extra | undefined;
  readonly secret: boolean;
}

/** Whether a place exists on the server alone: nothing of it travels. */
export function isServerOnly(place: ParameterPlace): boolean {
  return place === 'context' || place === 'request' || place === 'response';
}

/** One parameter of an operation, its type compiled. */
export function makeParameter(
  mark: TypeOptions & { readonly place: ParameterPlace },
  setting: ParameterSetting,
): Parameter {
  const { place } = mark;
  const { index, name, where } = setting;
  if (isServerOnly(place)) return { name, index, place, schema: anything(), optional: true };
  const optional = mark.optional ?? mark.default !== undefined;
  if (place === 'path' && optional)
    throw invalid(where, 'a path parameter is never left out; drop optional and default');
  return {
    name,
    index,
    place,
    schema: valueTypeOf(setting.spec, {
      ...mark,
      ...(setting.extra ? { extra: setting.extra } : {}),
      secret: setting.secret,
      where,
    }),
    optional,
    ...(mark.default === undefined ? {} : { default: mark.default }),
    ...(mark.description === undefined ? {} : { description: mark.description }),
    ...(mark.deprecated ? { deprecated: true } : {}),
  };
}

function anything(): Parameter['schema'] {
  return valueTypeOf(jsonSpec({}));
}
