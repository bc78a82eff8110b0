import type { Readable } from 'node:stream';

/**
 * A file that came with a request (`@UploadedFile`), or, made by `fileOf`, one that is sent with a call. What came lies in a folder of the
 * request and is removed when the request is over, however it ends, unless it was moved.
 *
 * @example
 * ```ts
 * @Post('/covers') @Returns(Cover)
 * async add(@UploadedFile('cover', { maxBytes: 1_000_000, types: ['image/*'] }) cover: FileUpload): Promise<Cover> {
 *   await cover.moveTo(join(this.folder, randomUUID()));
 *   return { name: cover.filename, size: cover.size };
 * }
 * ```
 */
export abstract class FileUpload {
  /** The name of the form's field; empty for one that is to be sent. */
  abstract readonly field: string;
  /** As the sender says, without folders, control characters and more than 255 bytes; may be empty. Never a path: names of senders are texts to show. */
  abstract readonly filename: string;
  /** The media type, as the sender says; nobody looked inside. */
  abstract readonly type: string;
  /** In bytes; -1 when it is not known before it is sent. */
  abstract readonly size: number;
  /** Where it lies now; undefined for one that lies in no file, as one that was sent inside the process. */
  abstract readonly path: string | undefined;

  /** Its content, from the beginning. One that was made of a stream has it but once. */
  abstract stream(): Readable;

  /** All of it, in memory. */
  abstract bytes(): Promise<Buffer>;

  /**
   * Puts it where it stays, in the place of what is there; also across file systems. Folders are not made.
   *
   * @throws Error of the file system when it cannot be written
   */
  abstract moveTo(path: string): Promise<void>;
}
