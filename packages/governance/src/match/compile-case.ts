import { nearestName } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import type { Condition, Conditions, MatchCase } from './match-case.js';
import type { MatchOperator, MatchTest } from './match-operator.js';
import type { MatchSubject } from './match-subject.js';

type Check = (subject: MatchSubject) => boolean;

/** What of our own instance rules can look at. */
export type OwnTags = Readonly<Record<string, string>>;

/** What cases are compiled with. */
export interface CompileOptions {
  readonly operators: ReadonlyMap<string, MatchOperator>;
  readonly own: OwnTags;
}

/** Something of a call that is one text, by which rules can be found without trying each. */
export type IndexKey = 'path' | 'mark' | `header ${string}`;

/** A case made ready. */
export interface CompiledCase {
  /** The text that a call must have somewhere to match at all; undefined when no single text decides. */
  readonly exact: { readonly by: IndexKey; readonly value: string } | undefined;
  /** What the path must begin with; empty when that does not decide. */
  readonly pathHead: string;
  matches(subject: MatchSubject): boolean;
}

/**
 * Makes a case ready: operators are looked up and expressions compiled once.
 *
 * @returns undefined for a case that is not for this instance
 * @throws ChassisError `MATCH_INVALID` for an operator nobody knows, or a value it cannot work with
 */
export function compileCase(written: MatchCase, options: CompileOptions): CompiledCase | undefined {
  const compiler = new CaseCompiler(written, options);
  if (!compiler.isForUs()) return undefined;
  const checks = compiler.checks();
  return {
    exact: compiler.exact(),
    pathHead: compiler.pathHead(),
    matches: (subject) => holds(checks, subject),
  };
}

function holds(checks: readonly Check[], subject: MatchSubject): boolean {
  for (let at = 0; at < checks.length; at += 1) if (!checks[at]!(subject)) return false;
  return true;
}

class CaseCompiler {
  constructor(
    private readonly written: MatchCase,
    private readonly options: CompileOptions,
  ) {}

  isForUs(): boolean {
    return this.written.instance.every(([name, conditions]) => {
      const value = Object.hasOwn(this.options.own, name) ? this.options.own[name]! : undefined;
      return value !== undefined && this.#all(conditions)(value);
    });
  }

  /** The cheap ones first. */
  checks(): readonly Check[] {
    const { methods, path, rawQuery, caller, mark, headers, queries } = this.written;
    const checks: Check[] = [];
    if (mark !== undefined) checks.push((subject) => subject.mark === mark);
    if (methods.length > 0) checks.push((subject) => methods.includes(subject.method));
    if (path.length > 0) checks.push(on(this.#all(path), (subject) => subject.path));
    if (caller.length > 0) checks.push(onCaller(this.#all(caller)));
    checks.push(...this.#named(headers, (subject, name) => subject.header(name)));
    if (rawQuery.length > 0) checks.push(on(this.#all(rawQuery), (subject) => subject.rawQuery));
    checks.push(...this.#named(queries, (subject, name) => subject.query(name)));
    return checks;
  }

  exact(): CompiledCase['exact'] {
    const { mark, path, headers } = this.written;
    if (mark !== undefined) return { by: 'mark', value: mark };
    const exactPath = path.find((condition) => this.#isExact(condition));
    if (exactPath) return { by: 'path', value: exactPath.expected };
    for (const [name, conditions] of headers) {
      const exact = conditions.find((condition) => this.#isExact(condition));
      if (exact) return { by: `header ${name}`, value: exact.expected };
    }
    return undefined;
  }

  #isExact({ operator, ignoreCase }: Condition): boolean {
    return !ignoreCase && this.options.operators.get(operator)?.isExact === true;
  }

  /** The longest of what its conditions tell. */
  pathHead(): string {
    let longest = '';
    for (const { operator, expected, ignoreCase } of this.written.path) {
      const head = this.options.operators.get(operator)?.headOf?.(expected, ignoreCase) ?? '';
      if (head.length > longest.length) longest = head;
    }
    return longest;
  }

  /** What a call does not have matches nothing, not even `noEqu`. */
  #named(all: Conditions, read: (subject: MatchSubject, name: string) => string | undefined): Check[] {
    return all.map(([name, conditions]) => {
      const test = this.#all(conditions);
      return (subject) => {
        const value = read(subject, name);
        return value !== undefined && test(value);
      };
    });
  }

  #all(conditions: readonly Condition[]): MatchTest {
    const tests = conditions.map((condition) => this.#test(condition));
    if (tests.length === 1) return tests[0]!;
    return (value) => tests.every((test) => test(value));
  }

  #test({ operator: name, expected, ignoreCase }: Condition): MatchTest {
    const { operators } = this.options;
    const operator = operators.get(name);
    const { key } = this.written;
    if (!operator) {
      const meant = nearestName(name, operators.keys());
      const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
      const known = [...operators.keys()].join(', ');
      throw governanceError(
        'MATCH_INVALID',
        `${key}: no operator is called "${name}"${hint}; expected one of ${known}`,
      );
    }
    try {
      return operator.compile(expected, ignoreCase);
    } catch (cause) {
      const { message } = cause as Error;
      throw governanceError('MATCH_INVALID', `${key}: ${name} cannot compare with "${expected}": ${message}`, {
        cause,
      });
    }
  }
}

function on(test: MatchTest, read: (subject: MatchSubject) => string): Check {
  return (subject) => test(read(subject));
}

function onCaller(test: MatchTest): Check {
  return ({ caller, outerCaller }) => test(caller) || (outerCaller !== undefined && test(outerCaller));
}
