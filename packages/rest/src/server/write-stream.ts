import { HeaderMap, type Reply } from '@ts-chassis/core';
import { compressor, type Coder } from './coding.js';
import type { Exchange } from './exchange.js';
import { itemWriterOf } from './item-writer.js';
import type { Framing } from './representation.js';
import { endSource, StreamWriting } from './stream-writing.js';
import { codingOf, validatorsOf, writeUnchanged } from './write-body.js';
import { headerOf, writeHead } from './write-head.js';

/**
 * Writes a stream as it comes, no faster than the client reads: a JSON array of its items, line by line or as events where the client asks for
 * that, or its bytes and texts one after another when the operation produces no JSON. A source that fails before its first item fails as a value
 * does; later the connection is broken off behind the items before, so that nobody takes the part for the whole, but events end with one that tells of the error. When the
 * client goes away the source is ended.
 *
 * @throws what the source throws before its first item
 */
export async function writeStream(exchange: Exchange, reply: Reply, source: AsyncIterable<unknown>): Promise<void> {
  const { response, route } = exchange;
  const plan = route.reply;
  const form = exchange.form ?? plan.main;
  const items = source[Symbol.asyncIterator]();
  const first = await items.next();
  const isBytes = plan.sendsBytes(form) && first.value instanceof Uint8Array;
  const framing = isBytes || !form.isStructured ? 'raw' : form.framing;
  const writer = itemWriterOf(plan, form, isBytes || !form.isStructured);
  const type = isBytes && form.isStructured ? 'application/octet-stream' : form.contentType;
  // Lines and events are read as they come.
  const isPrompt = framing === 'lines' || framing === 'events';
  let pending: string | Uint8Array;
  let coder: Coder | undefined;
  try {
    pending = first.done ? '' : writer.item(first.value);
    if (!exchange.gone && isUnchanged(exchange, reply)) return await endSource(items);
    const coding = codingOf(exchange, reply, type);
    const more = [...(coding ? ['content-encoding', coding] : []), ...eventHeaders(exchange, reply, framing)];
    writeHead(exchange, reply, { status: reply.status ?? plan.status, type, ...(more.length > 0 && { more }) });
    if (coding && exchange.request.method !== 'HEAD') coder = compressor(coding, isPrompt);
  } catch (error) {
    await endSource(items);
    throw error;
  }
  if (exchange.request.method === 'HEAD' || exchange.gone) {
    response.end();
    return endSource(items);
  }
  await new StreamWriting(exchange, items, { writer, framing, coder, batches: !isPrompt && coder !== undefined }).run(
    first,
    pending,
  );
}

function isUnchanged(exchange: Exchange, reply: Reply): boolean {
  const { method } = exchange.request;
  const plan = exchange.route.reply;
  if (reply.headers === HeaderMap.empty && plan.headers.length === 0) return false;
  const isRead = (method === 'GET' || method === 'HEAD') && (reply.status ?? plan.status) === 200;
  return isRead && writeUnchanged(exchange, reply, validatorsOf(exchange, reply));
}

/** Events are of the moment: neither kept nor held back on their way. */
function eventHeaders(exchange: Exchange, reply: Reply, framing: Framing): readonly string[] {
  if (framing !== 'events') return [];
  const caching = headerOf(exchange, reply, 'cache-control') === undefined ? ['cache-control', 'no-cache'] : [];
  return [...caching, 'x-accel-buffering', 'no'];
}
