import type { Logger } from '@ts-chassis/core';
import { printable } from '../connection/printable.js';
import type { Dimension } from './dimension.js';
import { parseValue, type ParsedValue } from './parsed-value.js';
import type { KieAnswer } from './kie-client.js';
import type { KieValue } from './read-list.js';

/** A key of a dimension, with what is in force of it. */
export interface DimensionEntry {
  readonly key: string;
  readonly dimension: Dimension;
  readonly revision: number;
  readonly value: ParsedValue;
}

interface Held extends DimensionEntry {
  /** What it was read of. */
  readonly text: string;
  readonly type: string;
}

/** The enabled values of one dimension, as they were last told; of what cannot be read, the last that could. */
export class DimensionValues {
  #held = new Map<string, Held>();
  /** What was complained of, so that it is once. */
  #blamed = new Map<string, string>();

  constructor(
    readonly dimension: Dimension,
    private readonly logger: Logger,
  ) {}

  get entries(): Iterable<DimensionEntry> {
    return this.#held.values();
  }

  /** Takes a list over; whether anything is another than before. */
  async take({ values, unread }: Extract<KieAnswer, { kind: 'list' }>): Promise<boolean> {
    const held = new Map<string, Held>();
    const blamed = new Map<string, string>();
    for (const value of values) {
      if (value.status !== 'enabled') {
        if (value.status !== 'disabled') this.#blame(blamed, value.key, unknownStatus(value));
        continue;
      }
      const before = this.#held.get(value.key);
      const next = await this.#read(value, before, blamed);
      if (next) held.set(value.key, next);
    }
    for (const key of unread) {
      const before = this.#held.get(key);
      if (before && !held.has(key)) held.set(key, before);
      this.#blame(blamed, key, `expected texts as key and value, got something else; ${fate(before)}`);
    }
    const changed = differ(this.#held, held);
    this.#held = held;
    this.#blamed = blamed;
    return changed;
  }

  async #read(value: KieValue, before: Held | undefined, blamed: Map<string, string>): Promise<Held | undefined> {
    const { key, type, value: text, revision } = value;
    const { dimension } = this;
    if (before && before.text === text && before.type === type) return { ...before, revision };
    try {
      return { key, dimension, revision, text, type, value: await parseValue(value) };
    } catch (error) {
      const why = printable((error as Error).message);
      this.#blame(blamed, key, `revision ${revision}: its ${printable(type)} cannot be read: ${why}; ${fate(before)}`);
      return before;
    }
  }

  #blame(blamed: Map<string, string>, key: string, what: string): void {
    blamed.set(key, what);
    if (this.#blamed.get(key) === what) return;
    this.logger.warn(`kie ${this.dimension.name} ${key === '' ? 'a record without a key' : printable(key)} ${what}`);
  }
}

function unknownStatus({ revision, status }: KieValue): string {
  return `revision ${revision}: expected status enabled or disabled, got ${printable(status) || 'none'}; it is left out`;
}

function fate(before: Held | undefined): string {
  return before ? `its last good value stays, of revision ${before.revision}` : 'it is left out';
}

function differ(before: ReadonlyMap<string, Held>, after: ReadonlyMap<string, Held>): boolean {
  if (before.size !== after.size) return true;
  for (const [key, held] of after) {
    const known = before.get(key);
    if (known?.value !== held.value) return true;
  }
  return false;
}
