import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileUpload } from './file-upload.js';

/**
 * What is said of a file that is sent.
 *
 * @example
 * ```ts
 * const options: FileOptions = { filename: 'cover.png', type: 'image/png' };
 * ```
 */
export interface FileOptions {
  /** Default `file`. */
  readonly filename?: string;
  /** The media type; default what a `Blob` says of itself, else `application/octet-stream`. */
  readonly type?: string;
}

/**
 * A file to send with a call of a typed client, where the contract takes a {@link FileUpload}.
 *
 * @param content - bytes, text or a `Blob`, which may be sent again; or a stream of bytes, which is there but once
 *
 * @example
 * ```ts
 * await this.covers.add(fileOf(createReadStream('cover.png'), { filename: 'cover.png', type: 'image/png' }));
 * ```
 */
export function fileOf(
  content: Uint8Array | string | Blob | AsyncIterable<Uint8Array>,
  options: FileOptions = {},
): FileUpload {
  const { filename = 'file', type = 'application/octet-stream' } = options;
  if (typeof content === 'string') return new HeldFile(Buffer.from(content), filename, type);
  if (content instanceof Uint8Array) return new HeldFile(content, filename, type);
  if (content instanceof Blob) return new BlobFile(content, filename, options.type ?? (content.type || type));
  return new FlowingFile(content, filename, type);
}

/** The bytes of a file that is held in memory; undefined for any other. */
export function heldBytes(file: FileUpload): Buffer | undefined {
  return file instanceof HeldFile ? file.content : undefined;
}

abstract class SentFile extends FileUpload {
  readonly field = '';
  readonly path = undefined;
  abstract override readonly size: number;

  constructor(
    readonly filename: string,
    readonly type: string,
  ) {
    super();
  }
}

class HeldFile extends SentFile {
  readonly content: Buffer;

  constructor(content: Uint8Array, filename: string, type: string) {
    super(filename, type);
    this.content = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }

  get size(): number {
    return this.content.length;
  }

  stream(): Readable {
    return Readable.from([this.content], { objectMode: false });
  }

  bytes(): Promise<Buffer> {
    return Promise.resolve(this.content);
  }

  moveTo(path: string): Promise<void> {
    return writeFile(path, this.content);
  }
}

class BlobFile extends SentFile {
  readonly size: number;

  constructor(
    private readonly content: Blob,
    filename: string,
    type: string,
  ) {
    super(filename, type);
    this.size = content.size;
  }

  stream(): Readable {
    return Readable.from(this.content.stream() as unknown as AsyncIterable<Uint8Array>, { objectMode: false });
  }

  async bytes(): Promise<Buffer> {
    return Buffer.from(await this.content.arrayBuffer());
  }

  async moveTo(path: string): Promise<void> {
    await pipeline(this.stream(), createWriteStream(path));
  }
}

class FlowingFile extends SentFile {
  readonly size = -1;

  constructor(
    private readonly content: AsyncIterable<Uint8Array>,
    filename: string,
    type: string,
  ) {
    super(filename, type);
  }

  stream(): Readable {
    return this.content instanceof Readable ? this.content : Readable.from(this.content, { objectMode: false });
  }

  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.content) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async moveTo(path: string): Promise<void> {
    await pipeline(this.content, createWriteStream(path));
  }
}
