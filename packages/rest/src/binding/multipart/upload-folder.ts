import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The folder of one request's files, made when the first comes. */
export class UploadFolder {
  #path: Promise<string> | undefined;
  #count = 0;

  /** @param parent - where it is made */
  constructor(private readonly parent: string) {}

  /**
   * Writes a file under a name of ours.
   *
   * @param limit - the longest, in bytes
   * @throws what `tooLarge` makes once it is longer; what the content fails with
   */
  async store(content: Readable, limit: number, tooLarge: () => Error): Promise<{ path: string; size: number }> {
    const path = join(await (this.#path ??= this.#make()), String(this.#count++));
    const file = await open(path, 'wx', 0o600);
    let size = 0;
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw tooLarge();
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    return { path, size };
  }

  /** Removes it with all that was not moved; a promise when there is something to remove. */
  remove(): Promise<void> | undefined {
    return this.#path?.then(
      (path) => rm(path, { recursive: true, force: true }),
      () => undefined,
    );
  }

  async #make(): Promise<string> {
    // Nobody guesses the name, and nobody else may look inside.
    const path = join(this.parent, `ts-chassis-upload-${randomUUID()}`);
    await mkdir(path, { mode: 0o700 });
    return path;
  }
}
