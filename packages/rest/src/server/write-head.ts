import { HeaderMap, type Reply } from '@ts-chassis/core';
import type { Exchange } from './exchange.js';

/** Names and values in turn, as `writeHead` takes them. */
type Head = (string | number | readonly string[])[];

/** Said by the server itself about the message it writes. */
const OWN: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** What the head of an answer follows from, beside the reply's own headers. */
export interface Content {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly type?: string;
  /** In bytes; undefined for a stream and for statuses that have no body. */
  readonly length?: number;
}

/**
 * Writes the head of an answer. The reply's own headers win over the operation's, which win over what follows from the content.
 *
 * @throws TypeError or RangeError for a value no header or status may have; nothing is written then
 */
export function writeHead(exchange: Exchange, reply: Reply, content: Content): void {
  const head: Head = [];
  if (content.length !== undefined) head.push('Content-Length', content.length);
  const fixed = exchange.route.reply.headers;
  if (fixed.length === 0 && reply.headers === HeaderMap.empty) {
    if (content.type !== undefined) head.push('Content-Type', content.type);
  } else addComposed(head, { fixed, own: reply.headers, type: content.type });
  // Node's own types know the flat form for single values only; it takes lists there too.
  exchange.response.writeHead(content.status, head as string[]);
}

function addComposed(head: Head, from: { fixed: readonly string[]; own: HeaderMap; type: string | undefined }): void {
  const { fixed, own, type } = from;
  if (type !== undefined && !own.has('content-type') && !fixed.includes('content-type'))
    head.push('Content-Type', type);
  for (let at = 0; at < fixed.length; at += 2) {
    if (!own.has(fixed[at]!)) head.push(fixed[at]!, fixed[at + 1]!);
  }
  const { record } = own;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value !== undefined && !OWN.has(name)) head.push(name, value);
  }
}
