import { ChassisError, coreError, HeaderMap, type Reply } from '@ts-chassis/core';
import type { Transform, Writable } from 'node:stream';
import { compressor } from './coding.js';
import type { Exchange, Writing } from './exchange.js';
import { Heartbeat } from './heartbeat.js';
import { itemWriterOf, type ItemWriter } from './item-writer.js';
import { logFailure } from './log-failure.js';
import { isHidden, problemText } from './problem.js';
import type { Framing } from './representation.js';
import { codingOf, validatorsOf, writeUnchanged } from './write-body.js';
import { headerOf, writeHead } from './write-head.js';

/**
 * Writes a stream as it comes, no faster than the client reads: a JSON array of its items, line by line or as events where the client asks for
 * that, or its bytes and texts one after another when the operation produces no JSON. A source that fails before its first item fails as a value
 * does; later the connection is broken off, so that nobody takes the part for the whole, but events end with one that tells of the error. When the
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
  let coder: Transform | undefined;
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

interface Output {
  readonly writer: ItemWriter;
  readonly framing: Framing;
  readonly coder: Transform | undefined;
  /** Whether what comes in small pieces is compressed in larger ones. */
  readonly batches: boolean;
}

/** Letters that are compressed at once: each time costs as much as compressing a few thousand. */
const BATCH = 16 * 1024;

class StreamWriting implements Writing {
  #gone = false;
  #stopping = false;
  /** Texts that are too small to be compressed one by one. */
  #held = '';
  #wake: (() => void) | undefined;
  /** Where items are written: the response, or what compresses on the way to it. */
  readonly #sink: Writable;
  readonly #heartbeat: Heartbeat | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly items: AsyncIterator<unknown>,
    private readonly output: Output,
  ) {
    const { coder, framing } = output;
    const { binding, response, route } = exchange;
    this.#sink = coder ?? response;
    if (coder) {
      // Its first bytes may be long in coming.
      response.flushHeaders();
      coder.on('error', () => response.destroy()).pipe(response);
    }
    const { heartbeatMs } = route.reply.answers;
    if (framing === 'events' && heartbeatMs > 0)
      this.#heartbeat = new Heartbeat(binding.clock, heartbeatMs, this.#sink);
  }

  async run(first: IteratorResult<unknown>, pending: string | Uint8Array): Promise<void> {
    const { exchange, items } = this;
    const { writer } = this.output;
    exchange.writing = this;
    this.#sink.on('drain', () => this.#wake?.());
    try {
      if (!first.done) await this.#write(pending);
      for (let next = first; !next.done && !this.#gone;) {
        next = await items.next();
        if (!next.done && !this.#gone) await this.#write(writer.item(next.value));
      }
    } catch (error) {
      if (this.output.framing !== 'events' || this.#gone) return this.#breakOff(error);
      if (!this.#stopping) await this.#tell(ChassisError.from(error));
    } finally {
      this.#heartbeat?.stop();
    }
    if (!this.#gone) await this.#end(writer.end());
  }

  async #write(chunk: string | Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    if (this.output.batches && typeof chunk === 'string') {
      this.#held += chunk;
      return this.#held.length < BATCH ? undefined : this.#put(this.#taken());
    }
    if (this.#held !== '') await this.#put(this.#taken());
    await this.#put(chunk);
  }

  #taken(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  async #put(chunk: string | Uint8Array): Promise<void> {
    this.#heartbeat?.skip();
    if (this.#sink.write(chunk) || this.#gone) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  /** Whoever listens to events learns of an error by one. */
  async #tell(error: ChassisError): Promise<void> {
    if (isHidden(error) && !error.remote) logFailure(this.exchange, error);
    void endSource(this.items);
    await this.#write(`event: error\ndata: ${problemText(error)}\n\n`);
  }

  #breakOff(error: unknown): void {
    this.exchange.response.destroy();
    this.output.coder?.destroy();
    if (this.#gone) return;
    // An item that could not be written leaves a source that goes on.
    void endSource(this.items);
    throw error;
  }

  /** What is compressed is out only when the response has it all. */
  async #end(text: string): Promise<void> {
    const { response } = this.exchange;
    if (!this.output.coder) {
      this.exchange.writing = undefined;
      response.end(text);
      return;
    }
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    this.#sink.end(this.#taken() + text);
    await closed;
  }

  /** Events that have no end of their own end here; clients connect again, to whoever goes on. */
  stop(): void {
    const { invocation, route } = this.exchange;
    if (!route.reply.isOpenEnded) return;
    this.#stopping = true;
    invocation?.cancel(coreError('CALL_CANCELLED', `${route.operation.id}: the service stops`));
  }

  leave(): void {
    this.#gone = true;
    this.#wake?.();
    this.output.coder?.destroy();
    void endSource(this.items);
  }
}

/** Nobody waits for its last words. */
async function endSource(items: AsyncIterator<unknown>): Promise<void> {
  try {
    await items.return?.();
  } catch {
    // The reader is gone: there is nobody to tell.
  }
}
