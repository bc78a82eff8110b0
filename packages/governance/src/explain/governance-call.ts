import type { AnyClass, Side } from '@ts-chassis/core';

/**
 * A call as it is described to be explained; what is left out is not looked at.
 *
 * @example
 * ```ts
 * const call: GovernanceCall = {
 *   side: 'consumer', service: 'catalog', contract: Catalog, operation: 'find', headers: { 'x-user': 'ann' },
 * };
 * class Catalog {}
 * ```
 */
export interface GovernanceCall {
  /** Where it is looked at: as it comes in, as it goes out, or around a method of any injectable. */
  readonly side: Side;
  /** The called service; default our own. */
  readonly service?: string;
  /** The contract or provider; on side `method` the class of the injectable. Without it `schema` says which. */
  readonly contract?: AnyClass;
  /** The id of a schema that is served here, or stored in the registry. */
  readonly schema?: string;
  /** The name of the operation, or of the method. */
  readonly operation: string;
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The calling service, as if it were trusted. */
  readonly caller?: string;
  /** The HTTP method; default that of the operation. */
  readonly method?: string;
  /** The path of the request; default that of the operation, as far as it is known without arguments. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A mark that came with the call, or was given before. */
  readonly mark?: string;
}
