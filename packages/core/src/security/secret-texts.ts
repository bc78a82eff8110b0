import { REDACTED } from './redact-text.js';

/** Shorter texts are too likely to stand somewhere by chance: `true`, `8080`, `info`. */
const SHORTEST = 6;
const MOST = 10_000;

/** Texts that begin alike. */
interface Alike {
  readonly texts: Set<string>;
  /** The longest first. */
  readonly lengths: number[];
}

/**
 * The decrypted texts of one application, so that none of them stands in a log line or a message, whatever it stands beside. It remembers the last
 * 10,000 of at least 6 characters; where there are none, nothing is searched.
 */
export class SecretTexts {
  /** In the order they came. */
  readonly #texts = new Set<string>();
  /** By their first characters. */
  readonly #byHead = new Map<string, Alike>();
  /** Whether a text begins with a character: most places of a line need no other look. */
  #begins: Uint8Array | undefined;

  get size(): number {
    return this.#texts.size;
  }

  /** Remembers a text, and how it looks in JSON. */
  add(text: string): void {
    this.#put(text);
    const escaped = JSON.stringify(text).slice(1, -1);
    if (escaped !== text) this.#put(escaped);
  }

  /** The text with `[redacted]` in the place of every secret; the text itself where it holds none. */
  hide(text: string): string {
    const begins = this.#begins;
    if (!begins) return text;
    let clean = '';
    let done = 0;
    for (let at = 0; at <= text.length - SHORTEST; at += 1) {
      if (begins[text.charCodeAt(at)] === 0) continue;
      const secret = this.#secretAt(text, at);
      if (secret === undefined) continue;
      clean += text.slice(done, at) + REDACTED;
      done = at + secret.length;
      at = done - 1;
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  /** Hides them in every text of plain data, as an inspection is; names of members are texts too. */
  hideIn<T>(value: T): T {
    return this.#begins ? (this.#cleaned(value) as T) : value;
  }

  #cleaned(value: unknown): unknown {
    if (typeof value === 'string') return this.hide(value);
    if (Array.isArray(value)) return value.map((item) => this.#cleaned(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [this.hide(name), this.#cleaned(inner)]));
  }

  #secretAt(text: string, at: number): string | undefined {
    const alike = this.#byHead.get(text.slice(at, at + SHORTEST));
    if (!alike) return undefined;
    for (const length of alike.lengths) {
      const found = text.slice(at, at + length);
      if (alike.texts.has(found)) return found;
    }
    return undefined;
  }

  #put(text: string): void {
    if (text.length < SHORTEST || text === REDACTED || this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#begins ??= new Uint8Array(65_536);
    this.#begins[text.charCodeAt(0)] = 1;
    const head = text.slice(0, SHORTEST);
    let alike = this.#byHead.get(head);
    if (!alike) this.#byHead.set(head, (alike = { texts: new Set(), lengths: [] }));
    alike.texts.add(text);
    if (!alike.lengths.includes(text.length)) {
      alike.lengths.push(text.length);
      alike.lengths.sort((a, b) => b - a);
    }
    if (this.#texts.size > MOST) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#texts as Iterable<string>;
    this.#texts.delete(oldest!);
    const head = oldest!.slice(0, SHORTEST);
    const { texts } = this.#byHead.get(head)!;
    texts.delete(oldest!);
    if (texts.size === 0) this.#byHead.delete(head);
  }
}
