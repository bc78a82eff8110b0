import type { IncomingMessage } from 'node:http';
import { RegistryFailure, invalid } from '../registry-failure.js';

/** Of all requests under way together. */
const MOST_BYTES_AT_ONCE = 64 * 1024 * 1024;

/** Reads what requests carry, each and all together within bounds. */
export class Bodies {
  #underWay = 0;

  /** @param maxBytes - of one request */
  constructor(private readonly maxBytes: number) {}

  /** @throws RegistryFailure when it is too long, or too much is under way */
  async read(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.#underWay += chunk.length;
        if (bytes > this.maxBytes) throw invalid(`the body is longer than ${this.maxBytes} bytes`);
        if (this.#underWay > MOST_BYTES_AT_ONCE) throw new RegistryFailure('500011', 'too much is being sent at once');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    } finally {
      this.#underWay -= bytes;
    }
  }
}
