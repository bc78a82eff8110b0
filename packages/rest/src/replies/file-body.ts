/** How a file is sent. */
export interface FileSending {
  /** How long a client may keep it without asking again. */
  readonly maxAgeMs?: number | undefined;
  /** Whether it never changes under its name. */
  readonly immutable?: boolean | undefined;
  readonly etag?: boolean | undefined;
  readonly lastModified?: boolean | undefined;
  readonly acceptRanges?: boolean | undefined;
}

/** The value of a reply that is a file: read only when the reply is written. */
export class FileBody {
  /** @param path - absolute; a regular file that is there */
  constructor(
    readonly path: string,
    readonly sending: FileSending,
  ) {}

  /** It has no form outside of HTTP: nobody learns where it lies. */
  toJSON(): undefined {
    return undefined;
  }
}
