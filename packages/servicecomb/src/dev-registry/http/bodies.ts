import type { IncomingMessage } from 'node:http';
import { RegistryFailure, invalid } from '../registry-failure.js';

/** Of all requests under way together. */
const MOST_BYTES_AT_ONCE = 64 * 1024 * 1024;

/** Reads what requests carry, each and all together within bounds. */
export class Bodies {
  #underWay = 0;

  /** @param maxBytes - of one request */
  constructor(private readonly maxBytes: number) {}

  /** @throws RegistryFailure when it is too long, or too much is under way; Error when the connection ends before it does */
  async read(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      await new Promise<void>((resolve, reject) => {
        request.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          this.#underWay += chunk.length;
          const refused = this.#refused(bytes);
          if (!refused) return chunks.push(chunk);
          // The rest is let pass unread, so that the refusal reaches who sends it.
          request.removeAllListeners('data').resume();
          return reject(refused);
        });
        request.on('end', resolve);
        request.on('error', reject);
        request.on('close', () => reject(new Error('the connection ended under a request')));
      });
      return Buffer.concat(chunks).toString('utf8');
    } finally {
      this.#underWay -= bytes;
    }
  }

  #refused(bytes: number): Error | undefined {
    if (bytes > this.maxBytes) return invalid(`the body is longer than ${this.maxBytes} bytes`);
    if (this.#underWay > MOST_BYTES_AT_ONCE) return new RegistryFailure('500011', 'too much is being sent at once');
    return undefined;
  }
}
