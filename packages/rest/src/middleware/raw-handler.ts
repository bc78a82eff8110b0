import { isStream, protocolOf, type Next, type PlanContext, type PlannedHandler, type Reply } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';
import type { Exchange } from '../server/exchange.js';
import { untilSent } from '../server/until-sent.js';
import { promiseToRead } from './prepare.js';
import { sentReply } from './sent-reply.js';

/**
 * The link `raw`, next to the method, for operations that take the request or the response (`@Req`, `@Res`). When the method began to write
 * the response, its outcome is what was written, and it lasts until that is out.
 */
export class RawHandler implements PlannedHandler {
  plan({ operation, listener }: PlanContext, next: Next): Next {
    if (listener === undefined || protocolOf(listener) !== 'rest') return next;
    const places = new Set(operation.parameters.map(({ place }) => place));
    const reads = places.has('request') && !places.has('body') && !places.has('form') && !places.has('file');
    if (!reads && !places.has('response')) return next;
    return async (invocation) => {
      const exchange = invocation.source as unknown as Exchange;
      if (reads && !exchange.touched) promiseToRead(exchange);
      exchange.touched = true;
      const reply = await next(invocation);
      const { response } = exchange;
      if (!response.headersSent) return reply;
      endUnread(reply, response);
      await untilSent(exchange);
      return sentReply(invocation, response);
    };
  }
}

/** Nobody will read a stream that the method gave back beside what it wrote, unless it is what the response is written from. */
function endUnread({ value }: Reply, response: ServerResponse): void {
  if (!isStream(value) || (value as unknown) === response) return;
  const ended = Promise.resolve(value[Symbol.asyncIterator]().return?.());
  ended.catch(() => undefined);
}
