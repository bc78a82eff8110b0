import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { restError } from '../../codes.js';
import type { PartHead } from './disposition.js';

/**
 * The text of a field.
 *
 * @param limit - the longest, in bytes
 * @throws ChassisError `BODY_TOO_LARGE`, and `BODY_MALFORMED` when it is not UTF-8
 */
export async function fieldText(head: PartHead, content: Readable, limit: number): Promise<string> {
  const { charset, name } = head;
  const shown = JSON.stringify(name.slice(0, 40));
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw restError(
      'UNSUPPORTED_MEDIA_TYPE',
      `the field ${shown}: expected UTF-8, got charset ${charset.slice(0, 40)}`,
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw restError('BODY_TOO_LARGE', `the field ${shown} is larger than ${limit} bytes`, { details: { limit } });
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw restError('BODY_MALFORMED', `the field ${shown} is not valid UTF-8`);
  return bytes.toString('utf8');
}
