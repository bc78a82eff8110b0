import { compilePattern, type Program } from './pattern-compiler.js';
import { EVERYTHING, parsePattern, parseSearch, type PatternNode } from './pattern-parser.js';

/**
 * How a {@link LinearPattern} is meant.
 *
 * @example
 * ```ts
 * const options: LinearPatternOptions = { search: true, ignoreCase: true };
 * ```
 */
export interface LinearPatternOptions {
  /** It may stand anywhere in the text, `^` and `$` mean its ends, and brackets know POSIX's classes (`[[:alpha:]]`); default: the whole text. */
  readonly search?: boolean;
  /** Letters of ASCII match in both cases; only with `search`. */
  readonly ignoreCase?: boolean;
}

/** An anchor and plain characters, some of them written with a backslash. */
const PLAIN_HEAD = /^\^((?:[\w/ \-=:,;@%&!#<>~"']|\\[/.-])*)/;
const REPETITION = /^[*+?{]/;

/**
 * A regular expression matched in time linear in the length of the text, whatever the pattern: it is run as an automaton that never
 * backtracks. Node's own engine, several times faster, could be driven into minutes of work by one hostile text; it is used for patterns
 * that leave it no choice, such as `[0-9]+`.
 *
 * @example
 * ```ts
 * new LinearPattern('[0-9]{3}').matches('123'); // true
 * new LinearPattern('^ios [[:digit:]]+', { search: true, ignoreCase: true }).matches('iOS 17.1'); // true
 * ```
 */
export class LinearPattern {
  readonly #program: Program;
  readonly #native: RegExp | undefined;
  /** What a text must begin with. */
  readonly #head: string = '';
  /** Which round a state was last entered in, so that a state is entered once a character. */
  readonly #seen: Uint32Array;
  #round = 0;
  #current: number[] = [];
  #following: number[] = [];
  readonly #open: number[] = [];

  /** @throws SyntaxError when the pattern uses what no finite automaton knows: back references, assertions */
  constructor(
    readonly source: string,
    { search = false, ignoreCase = false }: LinearPatternOptions = {},
  ) {
    const node = search ? parseSearch(source, ignoreCase) : parsePattern(source);
    this.#program = compilePattern(node);
    if (search) {
      this.#head = ignoreCase ? '' : LinearPattern.headOf(source);
      this.#native = !ignoreCase && leavesNoSearch(node) ? nativeOf(source, true) : undefined;
    } else this.#native = leavesNoChoice(node) ? nativeOf(source, false) : undefined;
    this.#seen = new Uint32Array(this.#program.states.length);
  }

  /** The plain characters that every text begins with which a pattern with `search` is found in; empty when there are none, or it cannot be told at a glance. */
  static headOf(source: string): string {
    // of several alternatives each may begin differently
    if (source.includes('|')) return '';
    const written = PLAIN_HEAD.exec(source);
    if (!written) return '';
    const head = written[1]!.replaceAll('\\', '');
    // the last one may be repeated, or left out
    return REPETITION.test(source.slice(written[0].length)) ? head.slice(0, -1) : head;
  }

  /** Whether the text, or with `search` something in it, is what the pattern describes. */
  matches(text: string): boolean {
    if (this.#head !== '' && !text.startsWith(this.#head)) return false;
    return this.#native ? this.#native.test(text) : this.#run(text);
  }

  #run(text: string): boolean {
    let current = this.#current;
    let following = this.#following;
    current.length = 0;
    this.#nextRound();
    this.#enter(this.#program.start, current);
    for (let index = 0; index < text.length; index++) {
      const code = text.codePointAt(index)!;
      if (code > 0xffff) index++;
      following.length = 0;
      this.#nextRound();
      for (const position of current) {
        const state = this.#program.states[position]!;
        if (state.accepts!.has(code)) this.#enter(state.next, following);
      }
      if (following.length === 0 && index < text.length - 1) return false;
      const spent = current;
      current = following;
      following = spent;
    }
    this.#current = current;
    this.#following = following;
    return this.#seen[this.#program.end] === this.#round;
  }

  /** Adds a state and all that is reached from it without a character. */
  #enter(position: number, into: number[]): void {
    const open = this.#open;
    open.push(position);
    while (open.length > 0) {
      const at = open.pop()!;
      if (this.#seen[at] === this.#round) continue;
      this.#seen[at] = this.#round;
      const state = this.#program.states[at]!;
      if (state.accepts) into.push(at);
      else {
        if (state.other >= 0) open.push(state.other);
        if (state.next >= 0) open.push(state.next);
      }
    }
  }

  #nextRound(): void {
    if (this.#round === 0xffff_ffff) {
      this.#seen.fill(0);
      this.#round = 0;
    }
    this.#round++;
  }
}

/** Characters one after another, of which at most one is repeated: whoever backtracks gives back one character at a time, once. */
function leavesNoChoice(node: PatternNode): boolean {
  const parts = node.kind === 'sequence' ? node.parts : [node];
  const repeats = parts.filter((part) => part.kind === 'repeat');
  return (
    repeats.length <= 1 &&
    parts.every((part) => part.kind === 'set' || (part.kind === 'repeat' && part.part.kind === 'set'))
  );
}

/** As `leavesNoChoice`, for one thing that is looked for: at the beginning, or anywhere when nothing in it is repeated. */
function leavesNoSearch(node: PatternNode): boolean {
  if (node.kind !== 'sequence') return false;
  const [inner, ...others] = node.parts.filter((part) => part !== EVERYTHING);
  if (!inner || others.length > 0 || !leavesNoChoice(inner)) return false;
  const repeats = inner.kind === 'repeat' || (inner.kind === 'sequence' && inner.parts.some(isRepeat));
  return !repeats || node.parts[0] !== EVERYTHING;
}

function isRepeat({ kind }: PatternNode): boolean {
  return kind === 'repeat';
}

function nativeOf(source: string, search: boolean): RegExp | undefined {
  // classes of POSIX mean something else to Node
  if (search && source.includes('[:')) return undefined;
  try {
    return new RegExp(search ? source : `^(?:${source})$`, 'u');
  } catch {
    // What only our parser takes is left to the automaton.
    return undefined;
  }
}
