import type { HeaderMap, Reply } from '@ts-chassis/core';
import { restError } from '../codes.js';
import type { AnswerShape } from './answer-shape.js';
import type { BodyFeed } from './body-feed.js';
import type { RemoteReply } from './to-reply.js';

/** A body up to this length is read at once: whoever does not care for it leaves no connection waiting. */
const SMALL_BYTES = 64 * 1024;

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** For `RestClient.fetch`: the value of the reply is a `Response`; of a failure it stands behind the error. */
export const fetchedAnswer: AnswerShape = {
  isFailure: (status) => status >= 400,
  streams(operation, headers) {
    const length = headers.get('content-length');
    return operation.http?.method !== 'HEAD' && !(length !== undefined && Number(length) <= SMALL_BYTES);
  },
  streamed: (_operation, head, { feed }) => replyOf(head, webStreamOf(feed)),
  whole(_operation, answer) {
    const reply = replyOf(answer, answer.body.length === 0 ? null : answer.body);
    return this.isFailure(answer.status) ? reply.value : reply;
  },
};

function replyOf(head: Omit<RemoteReply, 'body'>, body: ReadableStream | Uint8Array | null): Reply {
  const { status, headers } = head;
  if (status > 599) throw restError('REPLY_INVALID', `answered with status ${status}, which is none`, { remote: true });
  const init = { status, headers: pairsOf(headers) };
  return {
    value: new Response(WITHOUT_BODY.has(status) ? null : (body as ConstructorParameters<typeof Response>[0]), init),
    headers,
    status,
  };
}

function pairsOf(headers: HeaderMap): [string, string][] {
  return Object.keys(headers.record).flatMap((name) =>
    headers.all(name).map((value): [string, string] => [name, value]),
  );
}

function webStreamOf(feed: BodyFeed): ReadableStream {
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await feed.next();
        if (chunk.done) controller.close();
        else controller.enqueue(chunk.value);
      },
      async cancel() {
        await feed.return();
      },
    },
    { highWaterMark: 0 },
  );
}
