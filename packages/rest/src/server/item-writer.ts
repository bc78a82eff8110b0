import { isStreamItem } from '@ts-chassis/core';
import { ServerSentEvent } from '../replies/server-sent-event.js';
import type { ReplyPlan } from './reply-plan.js';
import type { Representation } from './representation.js';

/** Turns the items of one stream into what is sent. */
export interface ItemWriter {
  /** Empty for an item that this form has nothing for. */
  item(value: unknown): string | Uint8Array;
  /** What follows the last item. */
  end(): string;
}

/** @param isRaw - whether items leave as they are, whatever the form says */
export function itemWriterOf(plan: ReplyPlan, form: Representation, isRaw: boolean): ItemWriter {
  if (isRaw) return new RawWriter();
  if (form.framing === 'array') return new ArrayWriter(plan);
  if (form.framing === 'lines') return new LineWriter(plan);
  return form.framing === 'events' ? new EventWriter(plan) : new CodecWriter(plan, form);
}

/** For forms that have a place for values alone: of a stream item they take what it carries. */
abstract class ValueWriter implements ItemWriter {
  constructor(protected readonly plan: ReplyPlan) {}

  item(value: unknown): string | Uint8Array {
    if (!isStreamItem(value)) return this.write(value);
    return value.value === undefined ? '' : this.write(value.value);
  }

  end(): string {
    return '';
  }

  protected abstract write(value: unknown): string | Uint8Array;
}

class ArrayWriter extends ValueWriter {
  #separator = '[';

  override end(): string {
    return this.#separator === '[' ? '[]' : ']';
  }

  protected write(value: unknown): string {
    // The line's end completes a number, so that a reader need not wait for the next item to have this one.
    const text = `${this.#separator}${this.plan.serialize(value) ?? 'null'}\n`;
    this.#separator = ',';
    return text;
  }
}

/** JSON lines (NDJSON): one item a line. */
class LineWriter extends ValueWriter {
  protected write(value: unknown): string {
    return `${this.plan.serialize(value) ?? 'null'}\n`;
  }
}

/** Values of a codec one behind another. */
class CodecWriter extends ValueWriter {
  constructor(
    plan: ReplyPlan,
    private readonly form: Representation,
  ) {
    super(plan);
  }

  protected write(value: unknown): string | Uint8Array {
    return this.plan.bodyOf(value ?? null, this.form) ?? '';
  }
}

/** Server-sent events. */
class EventWriter implements ItemWriter {
  constructor(private readonly plan: ReplyPlan) {}

  item(value: unknown): string {
    const event = value instanceof ServerSentEvent ? value : new ServerSentEvent({ data: value });
    return event.toText((data) => this.plan.serialize(data) ?? 'null');
  }

  end(): string {
    return '';
  }
}

class RawWriter implements ItemWriter {
  item(value: unknown): string | Uint8Array {
    return value instanceof Uint8Array ? value : String(value);
  }

  end(): string {
    return '';
  }
}
