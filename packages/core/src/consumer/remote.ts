import { annotateSite } from '../container/injection-site.js';
import type { AnyClass } from '../metadata/annotate.js';
import { metadataKey } from '../metadata/metadata-key.js';
import type { CallOptions } from './call-options.js';

/**
 * Which service a client calls, and how.
 *
 * @example
 * ```ts
 * const options: RemoteOptions = { service: 'catalog', port: 'admin' };
 * ```
 */
export interface RemoteOptions extends CallOptions {
  /** The service's name; default the contract's schema id. */
  readonly service?: string;
}

/** What `@Remote` wrote on a parameter or property. */
export interface RemoteMark {
  readonly contract: AnyClass;
  readonly options: RemoteOptions;
}

export const RemoteKey = metadataKey<RemoteMark>('@Remote');

/**
 * Injects the typed client of a contract into a constructor parameter or a property. When the service is served by this application
 * the call stays in the process, through the same chains.
 *
 * @param contract - a class with `@Schema`
 * @param options - the service, and options for every call
 *
 * @example
 * ```ts
 * class OrderService { constructor(@Remote(Catalog, { service: 'catalog' }) private readonly catalog: Client<Catalog>) {} }
 * ```
 */
export function Remote(
  contract: AnyClass,
  options: RemoteOptions = {},
): (target: object, member: string | symbol | undefined, index?: number) => void {
  return (target, member, index) => annotateSite({ target, member, index }, RemoteKey, { contract, options });
}
