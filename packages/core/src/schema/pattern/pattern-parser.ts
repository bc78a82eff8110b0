import {
  ANY,
  CharacterSet,
  complement,
  escapedClass,
  POSIX_CLASSES,
  withoutCase,
  type CharacterRange,
} from './character-set.js';

export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number };

const CONTROL: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, '0': 0 };
const POSIX_CLASS = /^\[:(\w+):\]/;
const COUNT = /^\{(\d{1,4})(,(\d{1,4})?)?\}/;

/**
 * Reads the regular part of JavaScript's regular expressions. Groups only group; `^` at the beginning and `$` at the end are
 * allowed and say nothing, since a pattern always stands for a whole segment.
 *
 * @throws SyntaxError for back references, assertions, other syntax without a finite automaton, and plain mistakes
 */
export function parsePattern(source: string): PatternNode {
  const begin = source.startsWith('^') ? 1 : 0;
  const end = source.endsWith('$') && !/(^|[^\\])(\\\\)*\\\$$/.test(source) ? source.length - 1 : source.length;
  const reader = new PatternReader(source.slice(begin, Math.max(begin, end)));
  return reader.whole();
}

/**
 * Reads an expression that is looked for anywhere in a text, as POSIX and JavaScript know them: what it gives back stands for the whole text. `^` and
 * `$` may begin and end the whole or one of its alternatives; brackets know POSIX's classes, such as `[[:digit:]]`.
 *
 * @throws SyntaxError as {@link parsePattern}
 */
export function parseSearch(source: string, ignoreCase: boolean): PatternNode {
  return new PatternReader(source, { ignoreCase, search: true }).whole();
}

/** How a pattern is read. */
interface Reading {
  /** Letters of ASCII stand for both of their cases. */
  readonly ignoreCase: boolean;
  readonly search: boolean;
}

/** What may stand before and after what is looked for; compared by identity. */
export const EVERYTHING: PatternNode = { kind: 'repeat', part: setOf(complement([])), least: 0, most: Infinity };

class PatternReader {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly text: string,
    private readonly reading: Reading = { ignoreCase: false, search: false },
  ) {}

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.text.length) this.#fail(`unmatched "${this.#peek()}"`);
    return node;
  }

  #choice(): PatternNode {
    const outer = this.reading.search && this.#depth === 0;
    const parts = [outer ? this.#searched() : this.#sequence()];
    while (this.#take('|')) parts.push(outer ? this.#searched() : this.#sequence());
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  /** An alternative that may have anything around it. */
  #searched(): PatternNode {
    const atBegin = this.#take('^');
    const inner = this.#sequence();
    const atEnd = this.#take('$');
    return {
      kind: 'sequence',
      parts: [...(atBegin ? [] : [EVERYTHING]), inner, ...(atEnd ? [] : [EVERYTHING])],
    };
  }

  #endsHere(): boolean {
    const next = this.#peek();
    if (next === '|' || next === ')') return true;
    if (next !== '$' || !this.reading.search || this.#depth > 0) return false;
    return this.#at + 1 === this.text.length || this.text[this.#at + 1] === '|';
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.text.length && !this.#endsHere()) {
      parts.push(this.#repeated(this.#atom()));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #repeated(part: PatternNode): PatternNode {
    const bounds = this.#quantifier();
    if (!bounds) return part;
    this.#take('?'); // lazy or not: a whole segment matches or does not
    if (/^(?:[*+?]|\{\d)/.test(this.text.slice(this.#at))) this.#fail('nothing to repeat');
    return { kind: 'repeat', part, ...bounds };
  }

  #quantifier(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Infinity };
    if (this.#take('+')) return { least: 1, most: Infinity };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (this.#peek() !== '{') return undefined;
    const count = COUNT.exec(this.text.slice(this.#at));
    if (!count) this.#fail('a brace that counts nothing; escape it');
    this.#at += count[0].length;
    const least = Number(count[1]);
    const most = count[3] ? Number(count[3]) : count[2] ? Infinity : least;
    if (most < least) this.#fail(`a repetition of at least ${least} and at most ${most}`);
    return { least, most };
  }

  #atom(): PatternNode {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return setOf(this.#class());
    if (character === '.') return setOf(ANY);
    if (character === '\\') return this.#set(this.#escape(false));
    if ('*+?{'.includes(character)) this.#fail('nothing to repeat');
    if ('^$'.includes(character)) this.#fail(`an assertion "${character}" inside the pattern`);
    if (']}'.includes(character)) this.#fail(`unmatched "${character}"`);
    return this.#set([range(character)]);
  }

  #group(): PatternNode {
    if (++this.#depth > 50) this.#fail('groups nested deeper than 50');
    if (this.#take('?') && !this.#take(':')) {
      const name = /^<[A-Za-z_]\w*>/.exec(this.text.slice(this.#at));
      if (!name) this.#fail('an assertion or a modifier');
      this.#at += name[0].length;
    }
    const node = this.#choice();
    if (!this.#take(')')) this.#fail('a group that is not closed');
    this.#depth--;
    return node;
  }

  #class(): readonly CharacterRange[] {
    const negated = this.#take('^');
    const ranges: CharacterRange[] = [];
    while (!this.#take(']')) {
      const from = this.#member();
      const single = from.length === 1 && from[0]![0] === from[0]![1];
      if (single && this.#peek() === '-' && this.text[this.#at + 1] !== ']' && this.#at + 1 < this.text.length) {
        this.#at++;
        ranges.push(this.#range(from[0]![0]));
      } else ranges.push(...from);
    }
    const meant = this.reading.ignoreCase ? withoutCase(ranges) : ranges;
    return negated ? complement(meant) : meant;
  }

  #set(ranges: readonly CharacterRange[]): PatternNode {
    return setOf(this.reading.ignoreCase ? withoutCase(ranges) : ranges);
  }

  #range(from: number): CharacterRange {
    const to = this.#member();
    if (to.length !== 1 || to[0]![0] !== to[0]![1]) this.#fail('a range that ends in a class');
    if (to[0]![0] < from) this.#fail('a range that runs backwards');
    return [from, to[0]![0]];
  }

  #member(): readonly CharacterRange[] {
    const named = this.reading.search ? POSIX_CLASS.exec(this.text.slice(this.#at)) : null;
    const known = named && POSIX_CLASSES.get(named[1]!);
    if (known) {
      this.#at += named[0].length;
      return known;
    }
    const character = this.#next();
    return character === '\\' ? this.#escape(true) : [range(character)];
  }

  #escape(inClass: boolean): readonly CharacterRange[] {
    const letter = this.#next();
    const ranges = escapedClass(letter);
    if (ranges) return ranges;
    const control = letter === 'b' && inClass ? 0x08 : CONTROL[letter];
    if (control !== undefined) return [[control, control]];
    if (/[\w]/.test(letter)) this.#fail(`"\\${letter}", which no finite automaton knows or this reader does not`);
    return [range(letter)];
  }

  #next(): string {
    if (this.#at >= this.text.length) this.#fail('an early end');
    const character = String.fromCodePoint(this.text.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  #peek(): string | undefined {
    return this.text[this.#at];
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(what: string): never {
    throw new SyntaxError(`${what} at character ${this.#at} of ${JSON.stringify(this.text)}`);
  }
}

function setOf(ranges: readonly CharacterRange[]): PatternNode {
  return { kind: 'set', set: new CharacterSet(ranges) };
}

function range(character: string): CharacterRange {
  const code = character.codePointAt(0)!;
  return [code, code];
}
