import { isStream, protocolOf, type Next, type PlanContext, type PlannedHandler, type Reply } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';
import type { Exchange } from '../server/exchange.js';
import { untilSent } from '../server/until-sent.js';
import { sentReply } from './sent-reply.js';

/**
 * The link `raw-response`, next to the method, for operations that take the response (`@Res`): when the method began to write it, its
 * outcome is what was written, and it lasts until that is out.
 */
export class RawResponseHandler implements PlannedHandler {
  plan({ operation, listener }: PlanContext, next: Next): Next {
    if (listener === undefined || protocolOf(listener) !== 'rest') return next;
    if (!operation.parameters.some(({ place }) => place === 'response')) return next;
    return async (invocation) => {
      const exchange = invocation.source as unknown as Exchange;
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
