import { ChassisError, HeaderMap, type Invocation, type Reply } from '@ts-chassis/core';
import type { ServerResponse } from 'node:http';

/**
 * The reply of a response that others than our writers sent.
 *
 * @throws ChassisError for a status that means failure, with that reply: handlers around see it as they see a method's own
 */
export function sentReply(invocation: Invocation, response: ServerResponse): Reply {
  const status = response.statusCode;
  const reply: Reply = { value: undefined, headers: HeaderMap.of(headersOf(response)), status, sent: true };
  const kind = invocation.source.kindOf?.(status);
  if (kind === undefined) return reply;
  throw ChassisError.withoutStack(kind, `${invocation.operation.id}: answered with status ${status}`, { reply });
}

function headersOf(response: ServerResponse): Record<string, string | readonly string[]> {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) headers[name] = typeof value === 'number' ? String(value) : value;
  }
  return headers;
}
