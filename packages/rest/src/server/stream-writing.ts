import { ChassisError, coreError } from '@ts-chassis/core';
import type { Writable } from 'node:stream';
import type { Coder } from './coding.js';
import type { Exchange, Writing } from './exchange.js';
import { Heartbeat } from './heartbeat.js';
import type { ItemWriter } from './item-writer.js';
import { LINGER_MS } from './limits.js';
import { endGently } from './linger.js';
import { logFailure } from './log-failure.js';
import { isHidden, problemText } from './problem.js';
import type { Framing } from './representation.js';

/** How the items of a stream leave. */
export interface StreamOutput {
  readonly writer: ItemWriter;
  readonly framing: Framing;
  readonly coder: Coder | undefined;
  /** Whether what comes in small pieces is compressed in larger ones. */
  readonly batches: boolean;
}

/** Letters that are compressed at once: each time costs as much as compressing a few thousand. */
const BATCH = 16 * 1024;

/** One stream on its way to the client. */
export class StreamWriting implements Writing {
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
    private readonly output: StreamOutput,
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
    if (exchange.connection.owner.isStopping) this.stop();
    this.#sink.on('drain', () => this.#wake?.());
    try {
      let full = first.done ? undefined : this.#write(pending);
      for (let next = first; !next.done && !this.#gone;) {
        if (full) await full;
        next = await items.next();
        full = next.done || this.#gone ? undefined : this.#write(writer.item(next.value));
      }
    } catch (thrown) {
      const error = ChassisError.from(thrown);
      if (this.output.framing !== 'events' || this.#gone) return await this.#breakOff(error);
      if (!this.#stopping) await this.#tell(error);
    } finally {
      this.#heartbeat?.stop();
    }
    if (!this.#gone) await this.#end(writer.end());
  }

  /** @returns what resolves when the client can take more; undefined when it can */
  #write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined;
    if (!this.output.batches) return this.#put(chunk);
    if (typeof chunk === 'string') {
      this.#held += chunk;
      return this.#held.length < BATCH ? undefined : this.#put(this.#taken());
    }
    if (this.#held !== '') void this.#put(this.#taken());
    return this.#put(chunk);
  }

  #taken(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  #put(chunk: string | Uint8Array): Promise<void> | undefined {
    this.#heartbeat?.skip();
    if (this.#sink.write(chunk) || this.#gone) return undefined;
    return new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Whoever listens to events learns of an error by one. */
  async #tell(error: ChassisError): Promise<void> {
    if (isHidden(error) && !error.remote) logFailure(this.exchange, error);
    void endSource(this.items);
    await this.#write(`event: error\ndata: ${problemText(error)}\n\n`);
  }

  /** Behind what was written: the items that were given still reach a client that takes them. */
  async #breakOff(error: ChassisError): Promise<void> {
    const { binding, connection, request, response } = this.exchange;
    if (!this.#gone) {
      if (isHidden(error) && !error.remote) logFailure(this.exchange, error);
      // An item that could not be written leaves a source that goes on.
      void endSource(this.items);
      if (this.output.coder) await this.#flush(this.output.coder);
    }
    // A response that waits behind another one has no socket yet.
    if (this.#gone || !response.socket) response.destroy();
    else endGently(connection, request, binding.clock);
    this.output.coder?.destroy();
  }

  /** Has what was given out of the compressor; not for long, since the client may not read. */
  async #flush(coder: Coder): Promise<void> {
    const { binding, response } = this.exchange;
    coder.write(this.#taken());
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      const stop = binding.clock.after(LINGER_MS, resolve);
      coder.flush(() => {
        stop();
        resolve();
      });
    });
    coder.unpipe(response);
    const rest = this.#gone ? null : (coder.read() as Uint8Array | null);
    if (rest) response.write(rest);
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

/** Ends a source before its time. Nobody waits for its last words. */
export async function endSource(items: AsyncIterator<unknown>): Promise<void> {
  try {
    await items.return?.();
  } catch {
    // The reader is gone: there is nobody to tell.
  }
}
