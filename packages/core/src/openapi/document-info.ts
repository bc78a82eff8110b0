/**
 * What a document says of itself.
 *
 * @example
 * ```ts
 * const info: DocumentInfo = { title: 'catalog', version: '1.0.0' };
 * ```
 */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** `x-java-interface`; default: that of the schema where the document has only one. */
  readonly javaInterface?: string;
}

/** A document, plain data with its keys in a fixed order. */
export type Json = Record<string, unknown>;
