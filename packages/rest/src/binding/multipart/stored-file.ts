import { createReadStream } from 'node:fs';
import { copyFile, readFile, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileUpload } from './file-upload.js';

/** What is known of a file when it is stored. */
export interface StoredFileInit {
  readonly field: string;
  readonly filename: string;
  readonly type: string;
  readonly size: number;
  readonly path: string;
}

/** A file that came over the wire and lies in the folder of its request. */
export class StoredFile extends FileUpload {
  readonly field: string;
  readonly filename: string;
  readonly type: string;
  readonly size: number;
  path: string;

  constructor({ field, filename, type, size, path }: StoredFileInit) {
    super();
    this.field = field;
    this.filename = filename;
    this.type = type;
    this.size = size;
    this.path = path;
  }

  stream(): Readable {
    return createReadStream(this.path);
  }

  bytes(): Promise<Buffer> {
    return readFile(this.path);
  }

  async moveTo(path: string): Promise<void> {
    try {
      await rename(this.path, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
      await copyFile(this.path, path);
      await rm(this.path);
    }
    this.path = path;
  }
}
