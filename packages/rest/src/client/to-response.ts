import { isStream, type HeaderMap } from '@ts-chassis/core';
import { restError } from '../codes.js';

/** An answer as the consumer chain gives it back: its body as bytes, or as a stream of them that the chain watches. */
export interface FetchedReply {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: unknown;
}

/**
 * The `Response` of a fetched answer. A body that streams errors with what ends the call (`CALL_DEADLINE`, `CALL_CANCELLED`, `CALL_FAILED`);
 * reading it to its end, or cancelling it, ends the call.
 *
 * @throws ChassisError `REPLY_INVALID` for a status or headers that no `Response` may have
 */
export function toResponse({ status, headers, body }: FetchedReply): Response {
  const items = isStream(body) ? (body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>) : undefined;
  try {
    const content = items ? webStreamOf(items) : bytesOf(body);
    return new Response(content as ConstructorParameters<typeof Response>[0], { status, headers: pairsOf(headers) });
  } catch (cause) {
    void items?.return?.().catch(() => undefined);
    throw restError('REPLY_INVALID', `answered with what is no response: ${(cause as Error).message}`, {
      remote: true,
      cause,
    });
  }
}

function bytesOf(body: unknown): Uint8Array | null {
  return body instanceof Uint8Array && body.length > 0 ? body : null;
}

function pairsOf(headers: HeaderMap): [string, string][] {
  return Object.keys(headers.record).flatMap((name) =>
    headers.all(name).map((value): [string, string] => [name, value]),
  );
}

function webStreamOf(items: AsyncIterator<Uint8Array>): ReadableStream {
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          const item = await items.next();
          if (item.done) return controller.close();
          if (item.value.length > 0) return controller.enqueue(item.value);
        }
      },
      async cancel() {
        await items.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
