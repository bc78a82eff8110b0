import type { Operation, Reply } from '@ts-chassis/core';
import { restError } from '../codes.js';
import type { AnswerShape } from './answer-shape.js';
import type { RemoteReply } from './to-reply.js';

/** A body up to this length is read at once: whoever does not care for it leaves no connection waiting. */
const SMALL_BYTES = 64 * 1024;

const EMPTY = new Uint8Array(0);

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * For `RestClient.fetch`: the value of the reply is its body, as bytes or, when it is large or of unknown length, as a stream of them, which the
 * chain watches like any other.
 */
export const fetchedAnswer: AnswerShape = {
  isFailure: (status) => status >= 400,
  streams(operation, headers, status) {
    if (operation.http?.method === 'HEAD' || WITHOUT_BODY.has(status)) return false;
    const length = headers.get('content-length');
    return length === undefined || Number(length) > SMALL_BYTES;
  },
  streamed(_operation, { status, headers }, { feed }) {
    // A stream is handed over with its first item; here the head is enough.
    feed.push(EMPTY);
    return { value: feed, headers, status };
  },
  whole(operation, { status, headers, body }): Reply | RemoteReply {
    if (!this.isFailure(status)) return { value: body, headers, status };
    if (status > 599) throw unknownStatus(operation, status);
    return { status, headers, body };
  },
};

function unknownStatus({ id }: Operation, status: number): Error {
  return restError('REPLY_INVALID', `${id}: answered with status ${status}, which is none`, { remote: true });
}
