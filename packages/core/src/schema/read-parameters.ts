import { coreError } from '../errors/core-error.js';
import type { AnyClass } from '../metadata/annotate.js';
import { methodTypes } from '../metadata/design-types.js';
import { isSecretName } from '../security/is-secret-name.js';
import { argumentNames } from './argument-names.js';
import type { ContractMarks, OwnedMark } from './contract-marks.js';
import type { Extra } from './dto.js';
import { likelyEraser } from '../metadata/likely-eraser.js';
import { invalid } from './nodes/invalid.js';
import { isOpaque, isServerOnly, makeParameter } from './make-parameter.js';
import type { Parameter } from './operation.js';
import type { Spec } from './spec.js';

/** Reads the declared parameters of a method. */
export function readParameters(marks: ContractMarks, member: string, extra: Extra | undefined): readonly Parameter[] {
  const where = `${marks.type.name}.${member}`;
  const declared = marks.parameters(member);
  const declarer = marks.declarer(member);
  const names = argumentNames((declarer.prototype as Record<string, Function>)[member]!);
  refuseGaps({ declared, where, names, count: Math.max(names.length, methodTypes(declarer, member)?.length ?? 0) });
  return [...declared].map(([index, owned]) => {
    const name = owned.mark.name ?? names[index];
    const said = name === undefined ? `parameter ${index + 1}` : `parameter '${name}'`;
    if (name === undefined && !isUnnamed(owned))
      throw invalid(`${where}, ${said}`, 'it has no name of its own; name it in its decorator');
    const place = { index, name: name ?? owned.mark.place, where: `${where}, ${said}` };
    const type =
      isServerOnly(owned.mark.place) || isOpaque(owned.mark)
        ? owned.mark.type
        : specOf(owned, { member, index, where: place.where });
    return makeParameter(owned.mark, {
      ...place,
      spec: type,
      extra: owned.mark.extra ?? extra,
      secret: owned.mark.secret ?? isSecretName(place.name),
    });
  });
}

/** A body needs no name, and what is of the server only has none. */
function isUnnamed({ mark }: OwnedMark): boolean {
  return mark.place === 'body' || isServerOnly(mark.place);
}

function refuseGaps(of: {
  readonly declared: ReadonlyMap<number, OwnedMark>;
  readonly where: string;
  readonly names: readonly (string | undefined)[];
  readonly count: number;
}): void {
  for (let index = 0; index < Math.max(of.count, ...[...of.declared.keys()].map((key) => key + 1)); index++) {
    if (of.declared.has(index)) continue;
    const name = of.names[index];
    throw invalid(
      `${of.where}, parameter ${name === undefined ? index + 1 : `'${name}'`}`,
      'it has no decorator that says where it comes from (@Param, @Query, @Body, @Arg, ...)',
    );
  }
}

function specOf(
  { mark, owner }: OwnedMark,
  at: { readonly member: string; readonly index: number; readonly where: string },
): Spec | undefined {
  if (mark.type !== undefined) return mark.type;
  const emitted = emittedType(owner, at);
  if (mark.map !== undefined || mark.union !== undefined || mark.enum !== undefined)
    return emitted === Array ? [String] : undefined;
  if (emitted === undefined) {
    throw coreError(
      'TYPES_ERASED',
      `${at.where}: no type was emitted for it; ${likelyEraser(undefined)}; or name the type in its decorator, as in { type: String }`,
    );
  }
  if (emitted === Array)
    throw invalid(
      at.where,
      'the compiler says only that it is a list; name the type of its items in its decorator, as in { type: [String] }',
    );
  if (emitted === Object) {
    throw invalid(
      at.where,
      "the compiler says only 'Object' (a union, an interface, a literal or a nullable type); name its type in its decorator, as in { type: Name } or { enum: [...] }",
    );
  }
  return emitted as Spec;
}

function emittedType(owner: AnyClass, at: { readonly member: string; readonly index: number }): unknown {
  return methodTypes(owner, at.member)?.[at.index];
}
