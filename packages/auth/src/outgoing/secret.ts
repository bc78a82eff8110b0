import type { Config } from '@ts-chassis/core';

/**
 * A secret, or where in the configuration it stands (which may be written as `cipher(...)`); read anew each time it is needed.
 *
 * @example
 * ```ts
 * const secret: Secret = (config) => config.get('shop.clientSecret', '');
 * ```
 */
export type Secret = string | ((config: Config) => string);

/** The secret as it is now. */
export function secretIn(secret: Secret, config: Config): string {
  return typeof secret === 'string' ? secret : secret(config);
}
