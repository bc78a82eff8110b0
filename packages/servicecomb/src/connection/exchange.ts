import type { Pool } from 'undici';
import { InvalidAnswer } from './invalid-answer.js';

/** One request as it is sent. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With prefix and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends it, and the reading of its answer. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

/** What came. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/**
 * Sends a request and reads its answer, no further than the limit.
 *
 * @throws InvalidAnswer for an answer beyond the limit, or compressed, which was not asked for
 */
export async function exchange(pool: Pool, { maxBytes, body, ...request }: Exchange): Promise<Exchanged> {
  const answer = await pool.request({ ...request, body: body ?? null });
  const headers = firstOfEach(answer.headers);
  const fault = faultOf(headers, maxBytes);
  if (fault !== undefined) {
    discard(answer.body);
    throw new InvalidAnswer(fault);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // leaving the loop ends the connection
    if (size > maxBytes) throw new InvalidAnswer(`an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: answer.statusCode, headers, text: Buffer.concat(chunks, size).toString('utf8') };
}

function faultOf(headers: Exchanged['headers'], maxBytes: number): string | undefined {
  if (Number(headers['content-length']) > maxBytes) return `an answer of more than ${maxBytes} bytes`;
  const coding = headers['content-encoding'];
  return coding === undefined || coding === 'identity' ? undefined : `an answer coded as ${coding}`;
}

function discard(body: { on(event: 'error', listener: () => void): unknown; destroy(): unknown }): void {
  body.on('error', () => undefined);
  body.destroy();
}

function firstOfEach(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const firsts: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(headers)) firsts[name] = Array.isArray(value) ? value[0] : value;
  return firsts;
}
