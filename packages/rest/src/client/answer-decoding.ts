import type { Transform } from 'node:stream';
import { decoderOf, type Coding } from '../binding/content-coding.js';

/** Where the decoded bytes of an answer go. */
export interface DecodedSink {
  /** Whether more may come at once. */
  data(chunk: Buffer): boolean;
  end(): void;
  fail(error: Error): void;
  /** The connection may go on after `write` said no. */
  drained(): void;
}

/** Undoes the codings of an answer while it comes. A reader that is slow holds the connection back. */
export class AnswerDecoding {
  readonly #first: Transform;
  readonly #last: Transform;
  readonly #decoders: readonly Transform[];
  #over = false;

  /** @param codings - at least one, the outermost first */
  constructor(codings: readonly Coding[], sink: DecodedSink) {
    this.#decoders = codings.map(decoderOf);
    this.#first = this.#decoders[0]!;
    this.#last = this.#decoders.reduce((from, to) => from.pipe(to));
    for (const decoder of this.#decoders) decoder.on('error', (error) => this.#fail(error, sink));
    this.#first.on('drain', () => sink.drained());
    this.#last.on('data', (chunk: Buffer) => {
      if (!this.#over && !sink.data(chunk)) this.#last.pause();
    });
    this.#last.on('end', () => {
      if (this.#over) return;
      this.#over = true;
      sink.end();
    });
  }

  write(chunk: Buffer): boolean {
    return this.#over || this.#first.write(chunk);
  }

  end(): void {
    if (!this.#over) this.#first.end();
  }

  /** The reader wants more. */
  resume(): void {
    this.#last.resume();
  }

  destroy(): void {
    this.#over = true;
    for (const decoder of this.#decoders) decoder.destroy();
  }

  #fail(error: Error, sink: DecodedSink): void {
    if (this.#over) return;
    this.destroy();
    sink.fail(error);
  }
}
