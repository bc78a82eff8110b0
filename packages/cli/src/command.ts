import type { Terminal } from './terminal.js';

/** An option of a command. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly multiple?: boolean;
  /** May be given as `--no-...` too. */
  readonly negatable?: boolean;
  readonly description: string;
}

/** What was typed, checked. */
export interface Input {
  readonly positionals: readonly string[];
  /** By the option's name; `multiple` ones as lists, negated ones as false. */
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** What stood behind `--`. */
  readonly rest: readonly string[];
  readonly terminal: Terminal;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  /** What stands behind the name in the help. */
  readonly usage: string;
  /** How many words may stand behind the name. */
  readonly most: number;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples?: readonly string[];
  /** Is not listed: one part of the program starts another with it. */
  readonly hidden?: boolean;
  /** Resolves to the exit code. */
  run(input: Input): Promise<number>;
}

/** The text given for an option. */
export function textOf({ values }: Input, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch is on; undefined when nothing was said. */
export function switchOf({ values }: Input, name: string): boolean | undefined {
  const value = values[name];
  return typeof value === 'boolean' ? value : undefined;
}

/** All texts given for an option that may be given several times. */
export function textsOf({ values }: Input, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
