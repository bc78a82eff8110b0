import { annotate } from '../metadata/annotate.js';
import { metadataKey, type MetadataKey } from '../metadata/metadata-key.js';
import { coreError } from '../errors/core-error.js';
import type { Extra } from './dto.js';
import type { BodyStream, FileLimits, ParameterPlace, ValueMaker } from './operation.js';
import type { TypeOptions } from './type-options.js';

/**
 * What a parameter's decorator says of it.
 *
 * @example
 * ```ts
 * const mark: ParameterMark = { place: 'query', name: 'limit', type: Number, maximum: 100, default: 20 };
 * ```
 */
export interface ParameterMark extends TypeOptions {
  readonly place: ParameterPlace;
  /** Default: the parameter's own name as the contract's source spells it. */
  readonly name?: string | undefined;
  /** What becomes of undeclared fields; default: what the schema says. */
  readonly extra?: Extra;
  /** For the place `custom`: makes the value; written by decorators of `createParamDecorator`. */
  readonly resolve?: ValueMaker;
  /** For the place `body`: it is not read as a whole first; `type` is then that of an item. A body of type `Readable` is one of `bytes`. */
  readonly stream?: BodyStream;
  /** For `stream`: the longest body in bytes; default any. */
  readonly maxBytes?: number;
  /** For the place `file`. */
  readonly file?: FileLimits;
}

/**
 * What parameter decorators wrote on a method, by index.
 *
 * @example
 * ```ts
 * const marks = read(Catalog, ParametersKey, 'find');
 * ```
 */
export const ParametersKey: MetadataKey<ReadonlyMap<number, ParameterMark>> = metadataKey('parameters');

/**
 * Where a parameter decorator stands.
 *
 * @example
 * ```ts
 * const site: ParameterSite = { target, member, index };
 * ```
 */
export interface ParameterSite {
  /** As the decorator receives it. */
  readonly target: object;
  readonly member: string | symbol | undefined;
  readonly index: number;
}

/**
 * Writes what a parameter's decorator says: all that decorators like `@Query` do.
 *
 * @throws ChassisError `SCHEMA_INVALID` on a constructor, on a static method, and when the parameter has another such decorator already
 *
 * @example
 * ```ts
 * export const Session = (): ParameterDecorator => (target, member, index) =>
 *   annotateParameter({ target, member, index }, { place: 'cookie', name: 'session' });
 * ```
 */
export function annotateParameter({ target, member, index }: ParameterSite, mark: ParameterMark): void {
  if (typeof target === 'function' || member === undefined) {
    const owner = typeof target === 'function' ? target.name : target.constructor.name;
    throw coreError(
      'SCHEMA_INVALID',
      `${owner}${member === undefined ? '' : `.${String(member)}`}: parameter ${index + 1} is decorated as ${mark.place}, but only methods of instances are operations`,
    );
  }
  annotate(target, ParametersKey, {
    member,
    update: (own = new Map<number, ParameterMark>()) => {
      const other = own.get(index);
      if (!other) return new Map([...own, [index, mark]]);
      throw coreError(
        'SCHEMA_INVALID',
        `${target.constructor.name}.${String(member)}: parameter ${index + 1} is declared twice, as ${mark.place} and as ${other.place}`,
      );
    },
  });
}
