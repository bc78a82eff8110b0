import type { ServedOperation } from './server-transport.js';

/**
 * The operations this application serves, for calls that need not leave the process.
 *
 * @example
 * ```ts
 * const served = local.find('catalog', 'find');
 * ```
 */
export interface LocalOperations {
  /** The operation on the pseudo-listener `local`, or undefined when it is not served here. */
  find(schemaId: string, operation: string): ServedOperation | undefined;
}
