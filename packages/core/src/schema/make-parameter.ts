import { Readable } from 'node:stream';
import type { Extra } from './dto.js';
import type { BodyStream, FileLimits, Parameter, ParameterPlace, ValueMaker } from './operation.js';
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
  return SERVER_ONLY.has(place);
}

const SERVER_ONLY: ReadonlySet<ParameterPlace> = new Set(['context', 'request', 'response', 'custom']);

/** Whether the arguments of a parameter are objects of the transport, handed over as they are: files, streams of bytes or of parts. */
export function isOpaque({ place, stream }: { readonly place: ParameterPlace; readonly stream?: BodyStream }): boolean {
  return place === 'file' || stream === 'bytes' || stream === 'parts';
}

/** What a mark says, for what it is read here. */
interface Marked extends TypeOptions {
  readonly place: ParameterPlace;
  readonly resolve?: ValueMaker;
  readonly stream?: BodyStream;
  readonly maxBytes?: number;
  readonly file?: FileLimits;
}

/** One parameter of an operation, its type compiled. */
export function makeParameter(mark: Marked, setting: ParameterSetting): Parameter {
  const { place } = mark;
  const { index, name, where } = setting;
  if (place === 'custom') return customParameter(mark, setting);
  if (isServerOnly(place)) return { name, index, place, schema: anything(), optional: true };
  const optional = mark.optional ?? mark.default !== undefined;
  if (place === 'path' && optional)
    throw invalid(where, 'a path parameter is never left out; drop optional and default');
  const stream = streamOf(mark, setting);
  return {
    name,
    index,
    place,
    schema: place === 'file' || (stream && stream !== 'items') ? anything() : typeOf(mark, setting),
    optional,
    ...(stream ? { stream } : {}),
    ...(stream && mark.maxBytes !== undefined ? { maxBytes: mark.maxBytes } : {}),
    ...(place === 'file' ? { file: mark.file ?? { list: false } } : {}),
    ...(mark.default === undefined ? {} : { default: mark.default }),
    ...(mark.description === undefined ? {} : { description: mark.description }),
    ...(mark.deprecated ? { deprecated: true } : {}),
  };
}

/** A parameter that the server makes itself. To callers it is optional, whatever its value must be. */
function customParameter(mark: Marked, setting: ParameterSetting): Parameter {
  const { name, index, spec, where } = setting;
  if (!mark.resolve) throw invalid(where, "a parameter of the place 'custom' is made by createParamDecorator");
  const checked = spec !== undefined || mark.enum !== undefined || mark.union !== undefined || mark.map !== undefined;
  return {
    ...{ name, index, place: mark.place, optional: true, resolve: mark.resolve, checked },
    schema: checked ? typeOf(mark, setting) : anything(),
    ...(mark.default === undefined ? {} : { default: mark.default }),
  };
}

function typeOf(mark: TypeOptions, { spec, extra, secret, where }: ParameterSetting): Parameter['schema'] {
  return valueTypeOf(spec, { ...mark, ...(extra ? { extra } : {}), secret, where });
}

/** A body whose type is Node's stream is one of bytes, as is one that says so. */
function streamOf(mark: Marked, { spec, where }: ParameterSetting): BodyStream | undefined {
  const stream = mark.stream ?? (mark.place === 'body' && spec === Readable ? 'bytes' : undefined);
  if (!stream) return undefined;
  if (mark.place !== 'body' && mark.place !== 'argument')
    throw invalid(where, `only a body is taken as a stream, not what stands in '${mark.place}'`);
  if (mark.place === 'argument' && stream !== 'items')
    throw invalid(where, `an argument is taken as a stream of items, not of ${stream}`);
  if (mark.default !== undefined) throw invalid(where, 'a stream has no default');
  return stream;
}

function anything(): Parameter['schema'] {
  return valueTypeOf(jsonSpec({}));
}
