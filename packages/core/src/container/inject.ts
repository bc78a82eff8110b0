import { coreError } from '../errors/core-error.js';
import { annotateSite } from './injection-site.js';
import { metadataKey } from '../metadata/metadata-key.js';
import type { Identifier } from './token.js';

/** A mark without identifier asks for the design type. */
export interface InjectMark {
  readonly identifier?: Identifier | (() => Identifier);
}

export const INJECT = metadataKey<InjectMark>('@Inject');
export const OPTIONAL = metadataKey<true>('@Optional');

/**
 * A decorator of a constructor parameter or a property.
 *
 * @example
 * ```ts
 * const books: SiteDecorator = Inject(BookStore);
 * ```
 */
export type SiteDecorator = (target: object, member: string | symbol | undefined, index?: number) => void;

/**
 * Says what is injected into a constructor parameter or a property. Without argument: the declared type, which a
 * constructor parameter does by itself and a property needs this for. Properties are set right after the constructor.
 *
 * @param identifier - a class, a token, or a function giving one, for files that import one another in a circle
 * @throws ChassisError `CONTAINER_INVALID` when given undefined: the file that declares it is not evaluated yet
 *
 * @example
 * ```ts
 * class Cart {
 *   @Inject() readonly log!: AuditTrail;
 *   constructor(@Inject(CURRENCY) readonly currency: string, @Inject(() => Orders) readonly orders: Orders) {}
 * }
 * ```
 */
export function Inject(...wanted: [identifier?: Identifier | (() => Identifier)]): SiteDecorator {
  return (target, member, index) => {
    const [identifier] = wanted;
    if (wanted.length > 0 && identifier === undefined) throw undefinedIdentifier({ target, member, index });
    annotateSite({ target, member, index }, INJECT, identifier === undefined ? {} : { identifier });
  };
}

/**
 * Lets a constructor parameter or a property stay undefined when nothing provides it.
 *
 * @example
 * ```ts
 * class Cart { constructor(@Optional() private readonly coupons?: CouponBook) {} }
 * ```
 */
export function Optional(): SiteDecorator {
  return (target, member, index) => annotateSite({ target, member, index }, OPTIONAL, true);
}

function undefinedIdentifier(site: {
  target: object;
  member: string | symbol | undefined;
  index: number | undefined;
}): Error {
  const { target, member, index } = site;
  const owner = typeof target === 'function' ? target.name : target.constructor.name;
  const place =
    member === undefined ? `parameter ${index} of the constructor of ${owner}` : `property ${owner}.${String(member)}`;
  return coreError(
    'CONTAINER_INVALID',
    `@Inject(undefined) on ${place}: the identifier is not defined yet, since files import one another in a circle; write @Inject(() => ...)`,
  );
}
