import { ChassisError } from '../errors/chassis-error.js';

/**
 * The body of a contract's methods. It never runs: clients call by description, providers override.
 *
 * @throws ChassisError `UNIMPLEMENTED` when it does run, since a provider left out a method
 *
 * @example
 * ```ts
 * find(isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export function remote(): never {
  throw new ChassisError('UNIMPLEMENTED', 'a method of a contract was run: the provider does not override it');
}
