import { ChassisError, STREAM_ITEM } from '@ts-chassis/core';

/**
 * What an event says beside its data.
 *
 * @example
 * ```ts
 * const options: EventOptions<Price> = { data: price, event: 'price', id: '42' };
 * ```
 */
export interface EventOptions<T> {
  /** The item: sent as JSON, with only the fields that `@Returns` declares. */
  readonly data?: T;
  /** In the place of `data`: text that is sent as it is, line by line. */
  readonly text?: string;
  /** What `addEventListener` of a browser's `EventSource` is told; default `message`. One line. */
  readonly event?: string;
  /** Comes back as `Last-Event-ID` when the client connects again. One line. */
  readonly id?: string;
  /** After how many milliseconds a client connects again. */
  readonly retryMs?: number;
}

/**
 * An item of a stream with what server-sent events (HTML, 9.2) know beside data. In other forms of the stream only its data is sent.
 * Made by {@link sse}.
 *
 * @example
 * ```ts
 * const event: ServerSentEvent<Price> = sse({ data: price, event: 'price' });
 * ```
 */
export class ServerSentEvent<T = unknown> {
  readonly data: T | undefined;
  readonly text: string | undefined;
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly retryMs: number | undefined;

  /** @throws ChassisError `REPLY_HEADER_INVALID` for an `event` or `id` of more than one line, or a `retryMs` that is no whole number */
  constructor({ data, text, event, id, retryMs }: EventOptions<T>) {
    this.data = data;
    this.text = text;
    this.event = oneLine('event', event);
    this.id = oneLine('id', id);
    if (retryMs !== undefined && (!Number.isSafeInteger(retryMs) || retryMs < 0))
      throw invalid('retryMs', 'a whole number of milliseconds', retryMs);
    this.retryMs = retryMs;
  }

  /** Says to core that this is more than its value. */
  get [STREAM_ITEM](): true {
    return true;
  }

  /** What the other forms of the stream send. */
  get value(): T | string | undefined {
    return this.data === undefined ? this.text : this.data;
  }

  /** The event as it is sent. */
  toText(serialize: (data: T) => string): string {
    let text = '';
    if (this.event !== undefined) text += `event: ${this.event}\n`;
    if (this.id !== undefined) text += `id: ${this.id}\n`;
    if (this.retryMs !== undefined) text += `retry: ${this.retryMs}\n`;
    const data = this.text ?? (this.data === undefined ? undefined : serialize(this.data));
    if (data !== undefined) for (const line of data.split(/\r\n|[\r\n]/)) text += `data: ${line}\n`;
    return text === '' ? '' : `${text}\n`;
  }
}

/**
 * Makes an item of a stream that is more than its data: a named event, one with an id, a time to connect again. An event without data tells the
 * client only that; it opens a stream whose first item may be long in coming.
 *
 * @throws ChassisError `REPLY_HEADER_INVALID` for an `event` or `id` of more than one line, or a `retryMs` that is no whole number
 *
 * @example
 * ```ts
 * @Sse('/prices') @Returns(Price, { stream: true })
 * async *prices(@Headers('Last-Event-ID', { optional: true }) last?: string) {
 *   for await (const price of this.feed.since(last)) yield sse({ data: price, event: 'price', id: price.id });
 * }
 * ```
 */
export function sse<T = never>(options: EventOptions<T>): ServerSentEvent<T> {
  return new ServerSentEvent(options);
}

function oneLine(name: string, text: string | undefined): string | undefined {
  // These end a line, or make a client forget the id.
  if (text !== undefined && /[\r\n\0]/.test(text)) throw invalid(name, 'one line of text', text);
  return text;
}

function invalid(name: string, expected: string, got: unknown): ChassisError {
  return new ChassisError('INTERNAL', `sse: ${name}: expected ${expected}, got ${JSON.stringify(got).slice(0, 100)}`, {
    code: 'REPLY_HEADER_INVALID',
  });
}
