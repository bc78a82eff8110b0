/**
 * How far a state reaches when it is for more than one operation: for all of the schema, or of the service.
 *
 * @example
 * ```ts
 * const options: StateOptions = { share: 'service' };
 * ```
 */
export interface StateOptions {
  readonly share?: 'schema' | 'service';
}
