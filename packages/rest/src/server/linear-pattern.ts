import { compilePattern, type Program } from './pattern-compiler.js';
import { parsePattern, type PatternNode } from './pattern-parser.js';

/**
 * A regular expression of a route, matched against a whole path segment in time linear in its length, whatever the pattern:
 * it is run as an automaton that never backtracks. Node's own engine, several times faster, could be driven into minutes of work by one
 * hostile path; it is used for patterns that leave it no choice, such as `[0-9]+`.
 */
export class LinearPattern {
  readonly #program: Program;
  readonly #native: RegExp | undefined;
  /** Which round a state was last entered in, so that a state is entered once a character. */
  readonly #seen: Uint32Array;
  #round = 0;
  #current: number[] = [];
  #following: number[] = [];
  readonly #open: number[] = [];

  /** @throws SyntaxError when the pattern uses what no finite automaton knows: back references, assertions */
  constructor(readonly source: string) {
    const node = parsePattern(source);
    this.#program = compilePattern(node);
    this.#native = leavesNoChoice(node) ? nativeOf(source) : undefined;
    this.#seen = new Uint32Array(this.#program.states.length);
  }

  matches(text: string): boolean {
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

function nativeOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch {
    // What only our parser takes is left to the automaton.
    return undefined;
  }
}
