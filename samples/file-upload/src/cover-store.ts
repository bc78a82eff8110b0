import { Injectable, NotFound, Value } from '@ts-chassis/core';
import { fileReply, type FileUpload } from '@ts-chassis/rest';
import type { Reply } from '@ts-chassis/core';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Keeps covers in a folder, each under the number of its book. */
@Injectable()
export class CoverStore {
  constructor(@Value('covers.folder', { default: 'covers' }) private readonly folder: string) {}

  /** What the sender calls the file is never a path here. */
  async keep(isbn: string, cover: FileUpload): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await cover.moveTo(this.#path(isbn));
  }

  async find(isbn: string): Promise<Reply> {
    const path = this.#path(isbn);
    const found = await stat(path).catch(() => undefined);
    if (!found) throw NotFound(`no cover of ${isbn}`, { details: { isbn } });
    return fileReply(path, { type: 'application/octet-stream' });
  }

  #path(isbn: string): string {
    return join(this.folder, isbn);
  }
}
