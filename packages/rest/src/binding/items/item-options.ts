/** How the items of a streamed body are taken. */
export interface ItemOptions {
  /** Longest item in bytes; `Infinity` for any. */
  readonly maxItemBytes: number;
  /** Turns the bytes of one item into its value, or throws. */
  parse(bytes: Buffer): unknown;
  /** The error for a body that is not what its media type promises. */
  invalid(what: string): Error;
  /** The error for an item that is too long. */
  tooLarge(): Error;
}
