import { LinearPattern, port } from '@ts-chassis/core';

/**
 * Longer values never match an expression: what a caller sends must not decide how long we think. As long as Node lets all headers of a request be
 * together, so that nobody evades a rule by padding; the automaton takes about a microsecond for each character.
 */
const LONGEST_MATCHED = 16_384;

/**
 * Compares what a call has with what a rule expects.
 *
 * @example
 * ```ts
 * const divisibleBy: MatchOperator = {
 *   compile(expected) {
 *     const divisor = Number(expected);
 *     return (value) => Number(value) % divisor === 0;
 *   },
 * };
 * ```
 */
export interface MatchOperator {
  /**
   * Called once for each rule.
   *
   * @param expected - what stands beside the operator's name, as text
   * @param ignoreCase - whether the rule says `caseInsensitive`
   * @throws any error for what it cannot work with; the rules that are in force then stay
   */
  compile(expected: string, ignoreCase: boolean): MatchTest;
  /**
   * What every value it matches begins with, so that of many rules only those are tried that a path begins like; left out or empty when that
   * cannot be told.
   */
  headOf?(expected: string, ignoreCase: boolean): string;
  /** Whether it matches, unless case is ignored, just the value that is expected: of many rules that one is then found without trying the others. */
  readonly isExact?: boolean;
}

/**
 * Whether a value is what a rule expects. Called for each request, so it should be quick, and must not throw.
 *
 * @example
 * ```ts
 * const isIos: MatchTest = (value) => value === 'ios';
 * ```
 */
export type MatchTest = (value: string) => boolean;

/**
 * Where operators of one's own for traffic marking and routing are put, by the name that rules use.
 *
 * @example
 * ```ts
 * host.extend(MatchOperatorPort, 'divisibleBy', () => divisibleBy);
 * ```
 */
export const MatchOperatorPort = port<MatchOperator>('match operator');

/** Texts compared as they are, or without their case. */
function texts(test: (value: string, expected: string) => boolean): MatchOperator {
  return {
    compile(expected, ignoreCase) {
      if (!ignoreCase) return (value) => test(value, expected);
      const lower = expected.toLowerCase();
      return (value) => test(value.toLowerCase(), lower);
    },
  };
}

function numbers(test: (value: number, expected: number) => boolean): MatchOperator {
  return {
    compile(text) {
      const expected = numberOf(text);
      if (Number.isNaN(expected)) throw new Error(`expected a number, got ${JSON.stringify(text)}`);
      return (value) => {
        const number = numberOf(value);
        return !Number.isNaN(number) && test(number, expected);
      };
    },
  };
}

/** go-chassis's expressions are POSIX's; run by an automaton that does not backtrack, no expression and no value can make one take long. */
const regex: MatchOperator = {
  compile(expected, ignoreCase) {
    const pattern = new LinearPattern(expected, { search: true, ignoreCase });
    return (value) => value.length <= LONGEST_MATCHED && pattern.matches(value);
  },
  headOf: (expected, ignoreCase) => (ignoreCase ? '' : LinearPattern.headOf(expected)),
};

const prefix: MatchOperator = {
  ...texts((value, expected) => value.startsWith(expected)),
  headOf: (expected, ignoreCase) => (ignoreCase ? '' : expected),
};

const less = numbers((value, expected) => value < expected);
const noLess = numbers((value, expected) => value >= expected);
const greater = numbers((value, expected) => value > expected);
const noGreater = numbers((value, expected) => value <= expected);
const exact: MatchOperator = { ...texts((value, expected) => value === expected), isExact: true };
const noEqu = texts((value, expected) => value !== expected);

const COMPARISON = /^\s*(>=|<=|!=|[<>=])\s*(\S+)\s*$/;
const BY_SIGN: Readonly<Record<string, MatchOperator>> = {
  '>': greater,
  '<': less,
  '>=': noLess,
  '<=': noGreater,
  '=': numbers((value, expected) => value === expected),
  '!=': numbers((value, expected) => value !== expected),
};

/** java-chassis's one operator for numbers: `>10`, `!=3`. */
const compare: MatchOperator = {
  compile(expected, ignoreCase) {
    const [, sign, number] = COMPARISON.exec(expected) ?? [];
    if (sign === undefined) throw new Error(`expected a comparison such as >=10, got ${JSON.stringify(expected)}`);
    return BY_SIGN[sign]!.compile(number!, ignoreCase);
  },
};

/** The operators of go-chassis and of the governance specification. */
export const MATCH_OPERATORS: ReadonlyMap<string, MatchOperator> = new Map([
  ['exact', exact],
  ['contains', texts((value, expected) => value.includes(expected))],
  ['prefix', prefix],
  ['suffix', texts((value, expected) => value.endsWith(expected))],
  ['regex', regex],
  ['noEqu', noEqu],
  ['less', less],
  ['noLess', noLess],
  ['greater', greater],
  ['noGreater', noGreater],
  ['compare', compare],
]);

/** An empty text is no number, though JavaScript makes 0 of it. */
function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
