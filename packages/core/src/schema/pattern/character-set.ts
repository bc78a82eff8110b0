export type CharacterRange = readonly [from: number, to: number];

const LAST = 0x10ffff;

/** Code points, asked one by one. */
export class CharacterSet {
  readonly #ascii = new Uint8Array(128);
  readonly #beyond: readonly CharacterRange[];

  constructor(ranges: readonly CharacterRange[]) {
    for (const [from, to] of ranges) {
      for (let code = from; code <= Math.min(to, 127); code++) this.#ascii[code] = 1;
    }
    this.#beyond = ranges.filter(([, to]) => to > 127);
  }

  has(code: number): boolean {
    if (code < 128) return this.#ascii[code] === 1;
    for (const [from, to] of this.#beyond) if (code >= from && code <= to) return true;
    return false;
  }
}

/** All code points that are in none of the ranges. */
export function complement(ranges: readonly CharacterRange[]): CharacterRange[] {
  const gaps: CharacterRange[] = [];
  let from = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > from) gaps.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= LAST) gaps.push([from, LAST]);
  return gaps;
}

const DIGITS: readonly CharacterRange[] = [[0x30, 0x39]];
const WORD: readonly CharacterRange[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const SPACE: readonly CharacterRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: readonly CharacterRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

/** What a dot stands for. */
export const ANY: readonly CharacterRange[] = complement(LINE_ENDS);

/** What a letter after a backslash stands for, as in JavaScript; undefined for other letters. */
export function escapedClass(letter: string): readonly CharacterRange[] | undefined {
  const ranges = { d: DIGITS, w: WORD, s: SPACE }[letter.toLowerCase()];
  return ranges && letter !== letter.toLowerCase() ? complement(ranges) : ranges;
}

const UPPER: readonly CharacterRange[] = [[0x41, 0x5a]];
const LOWER: readonly CharacterRange[] = [[0x61, 0x7a]];
const PUNCTUATION: readonly CharacterRange[] = [
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
];

/** The classes that POSIX names inside brackets: `[[:alpha:]]`. */
export const POSIX_CLASSES: ReadonlyMap<string, readonly CharacterRange[]> = new Map([
  ['alnum', [...DIGITS, ...UPPER, ...LOWER]],
  ['alpha', [...UPPER, ...LOWER]],
  ['ascii', [[0, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', DIGITS],
  ['graph', [[0x21, 0x7e]]],
  ['lower', LOWER],
  ['print', [[0x20, 0x7e]]],
  ['punct', PUNCTUATION],
  [
    'space',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', [...DIGITS, [0x41, 0x46], [0x61, 0x66]]],
]);

/** The same ranges with both cases of each letter of ASCII. */
export function withoutCase(ranges: readonly CharacterRange[]): CharacterRange[] {
  const both = [...ranges];
  for (const [from, to] of ranges) {
    const lower: CharacterRange = [Math.max(from, 0x61), Math.min(to, 0x7a)];
    const upper: CharacterRange = [Math.max(from, 0x41), Math.min(to, 0x5a)];
    if (lower[0] <= lower[1]) both.push([lower[0] - 0x20, lower[1] - 0x20]);
    if (upper[0] <= upper[1]) both.push([upper[0] + 0x20, upper[1] + 0x20]);
  }
  return both;
}
