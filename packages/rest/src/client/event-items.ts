import { restError } from '../codes.js';

/** How the events of a stream are taken. */
export interface EventOptions {
  readonly operationId: string;
  /** Longest event in bytes; `Infinity` for any. */
  readonly maxItemBytes: number;
  /** The error that an event named `error` stands for, by its data. */
  failure(data: string): Error;
}

/** One event in arrival. */
interface Event {
  name: string;
  data: string[];
}

/**
 * The data of server-sent events (HTML, 9.2.6), read as JSON where it is some, else as text. Comments and events without data count for
 * nothing; an event named `error` ends the stream with the error it tells of.
 */
export class EventItems implements AsyncIterableIterator<unknown> {
  readonly #decoder = new TextDecoder();
  readonly #ready: unknown[] = [];
  #text = '';
  #event: Event = { name: '', data: [] };
  #size = 0;
  #failure: Error | undefined;
  #done = false;

  /** @param source - the bytes of the body */
  constructor(
    private readonly source: AsyncIterator<Uint8Array>,
    private readonly options: EventOptions,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<unknown>> {
    while (this.#ready.length === 0) {
      if (this.#failure) {
        this.#done = true;
        await this.source.return?.();
        throw this.#failure;
      }
      if (this.#done) return { done: true, value: undefined };
      const chunk = await this.source.next();
      if (chunk.done) this.#done = true;
      else this.#read(this.#decoder.decode(chunk.value, { stream: true }));
    }
    return { done: false, value: this.#ready.shift() };
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.#ready.length = 0;
    this.#done = true;
    await this.source.return?.();
    return { done: true, value };
  }

  #read(text: string): void {
    this.#text += text;
    this.#size += text.length;
    if (this.#size > this.options.maxItemBytes) {
      const message = `${this.options.operationId}: an event of the reply is larger than ${this.options.maxItemBytes} bytes`;
      this.#failure ??= restError('REPLY_INVALID', message, { remote: true });
      return;
    }
    // The return at the end of what is there may be the first half of a line's end.
    for (let match = LINE_END.exec(this.#text); match && !this.#failure; match = LINE_END.exec(this.#text)) {
      const line = this.#text.slice(0, match.index);
      this.#text = this.#text.slice(match.index + match[0].length);
      this.#line(line);
    }
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.#event.name = value;
    else if (field === 'data') this.#event.data.push(value);
  }

  #dispatch(): void {
    const { name, data } = this.#event;
    this.#event = { name: '', data: [] };
    this.#size = this.#text.length;
    if (data.length === 0) return;
    const text = data.join('\n');
    if (name === 'error') this.#failure = this.options.failure(text);
    else this.#ready.push(jsonOrText(text));
  }
}

const LINE_END = /\r\n|\n|\r(?!$)/;

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
