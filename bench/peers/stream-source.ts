/** A hundred mebibytes that are made while they are sent: no two chunks share memory, so that who does not wait for the reader grows. */
import { Readable } from 'node:stream';

const chunkBytes = 64 * 1024;
export const streamBytes = 100 * 1024 * 1024;

function chunk(): Buffer {
  return Buffer.allocUnsafe(chunkBytes);
}

export async function* iterableSource(): AsyncIterable<Buffer> {
  for (let sent = 0; sent < streamBytes; sent += chunkBytes) yield chunk();
}

export function readableSource(): Readable {
  let sent = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      this.push(sent < streamBytes ? chunk() : null);
      sent += chunkBytes;
    },
  });
}

/** What an upload is for here. */
export async function countBytes(body: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const part of body) bytes += part.length;
  return bytes;
}
