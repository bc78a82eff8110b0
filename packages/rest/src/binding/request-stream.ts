import type { IncomingMessage } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { restError } from '../codes.js';
import { decoderOf, type Coding } from './content-coding.js';
import { tooLarge } from './too-large.js';

/** How much is held for a reader that is slower than the client. */
const HIGH_WATER_BYTES = 64 * 1024;

/** What bounds the bytes of a body. */
export interface StreamOptions {
  /** Codings to undo, the outermost first. */
  readonly codings: readonly Coding[];
  /** Longest body in bytes, as sent and after each coding; `Infinity` for any. */
  readonly maxBytes: number;
}

/**
 * The bytes of a request as they come, their codings undone. What is not read holds the client back. Ending it early leaves the connection
 * alone, unlike destroying Node's request: the answer can still be written.
 */
export class RequestStream extends Readable {
  readonly #decoders: readonly Transform[];
  /** What gives the decoded bytes. */
  readonly #last: Readable;
  #size = 0;
  #over = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly options: StreamOptions,
  ) {
    super({ highWaterMark: HIGH_WATER_BYTES });
    // Whoever reads is told by the reading; nobody else has to know.
    this.on('error', () => undefined);
    this.#decoders = options.codings.map((coding) => this.#decoder(coding));
    this.#last = this.#decoders.reduce<Readable>((from, to) => this.#feed(from, to), request);
    this.#last.on('data', (chunk: Buffer) => this.#deliver(chunk));
    this.#last.on('end', () => this.#end());
  }

  override _read(): void {
    if (!this.#over) this.#last.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#over) this.request.pause();
    this.#over = true;
    for (const decoder of this.#decoders) decoder.destroy();
    done(error);
  }

  #deliver(chunk: Buffer): void {
    if (this.#over) return;
    this.#size += chunk.length;
    if (this.#size > this.options.maxBytes) this.destroy(tooLarge(this.options.maxBytes));
    else if (!this.push(chunk)) this.#last.pause();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.push(null);
  }

  #decoder(coding: Coding): Transform {
    const decoder = decoderOf(coding);
    decoder.on('error', (error) => {
      if (!this.#over) this.destroy(restError('BODY_MALFORMED', `the body is no valid ${coding}: ${error.message}`));
    });
    return decoder;
  }

  /** A decoder that reads slowly holds back what feeds it; what goes in is bounded like what comes out, since it may come to nothing. */
  #feed(from: Readable, to: Transform): Readable {
    let size = 0;
    from.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      size += chunk.length;
      if (size > this.options.maxBytes) this.destroy(tooLarge(this.options.maxBytes));
      else if (!to.write(chunk)) from.pause();
    });
    from.on('end', () => to.end());
    to.on('drain', () => {
      if (!this.#over) from.resume();
    });
    return to;
  }
}
