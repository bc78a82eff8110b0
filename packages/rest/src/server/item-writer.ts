import type { ReplyPlan } from './reply-plan.js';
import { isStreamItem } from '@ts-chassis/core';
import { ServerSentEvent } from '../replies/server-sent-event.js';
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

class ArrayWriter implements ItemWriter {
  #separator = '[';

  constructor(private readonly plan: ReplyPlan) {}

  item(value: unknown): string {
    if (isStreamItem(value)) return value.value === undefined ? '' : this.item(value.value);
    // The line's end completes a number, so that a reader need not wait for the next item to have this one.
    const text = `${this.#separator}${this.plan.serialize(value) ?? 'null'}\n`;
    this.#separator = ',';
    return text;
  }

  end(): string {
    return this.#separator === '[' ? '[]' : ']';
  }
}

/** JSON lines (NDJSON): one item a line. */
class LineWriter implements ItemWriter {
  constructor(private readonly plan: ReplyPlan) {}

  item(value: unknown): string {
    if (isStreamItem(value)) return value.value === undefined ? '' : this.item(value.value);
    return `${this.plan.serialize(value) ?? 'null'}\n`;
  }

  end(): string {
    return '';
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

/** Values of a codec one behind another. */
class CodecWriter implements ItemWriter {
  constructor(
    private readonly plan: ReplyPlan,
    private readonly form: Representation,
  ) {}

  item(value: unknown): string | Uint8Array {
    if (isStreamItem(value)) return value.value === undefined ? '' : this.item(value.value);
    return this.plan.bodyOf(value ?? null, this.form) ?? '';
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
