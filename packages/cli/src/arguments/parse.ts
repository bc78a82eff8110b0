import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Command, Input, Option } from '../command.js';
import { CommandError, USAGE } from '../command-error.js';
import { nearest } from './nearest.js';

/** Options that every command has. */
export const COMMON: Readonly<Record<string, Option>> = {
  help: { type: 'boolean', short: 'h', description: 'show this help' },
  verbose: { type: 'boolean', description: 'show stacks of errors' },
};

/**
 * Reads the words behind a command's name.
 *
 * @throws CommandError naming the option and the nearest one there is
 */
export function parse(command: Command, words: readonly string[]): Omit<Input, 'terminal'> {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const options = { ...command.options, ...COMMON };
  const { tokens } = parseArgs({
    args: [...own],
    options: known(options),
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  const values: Record<string, string | boolean | readonly string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, option, negated } = find(command, options, token);
    const value = negated ? negatedValue(token) : valueOf(command, option, token);
    const before = values[name];
    values[name] = option.multiple ? [...(Array.isArray(before) ? (before as string[]) : []), value as string] : value;
  }
  if (positionals.length > command.most) {
    const expected =
      command.most === 0 ? 'no words' : `at most ${command.most === 1 ? 'one word' : `${command.most} words`}`;
    throw wrong(command, `expected ${expected} behind it, got ${positionals.map((word) => `"${word}"`).join(' ')}`);
  }
  return { positionals, values, rest: end < 0 ? [] : words.slice(end + 1) };
}

type Token = { readonly name: string; readonly rawName: string; readonly value: string | undefined };

function known(options: Readonly<Record<string, Option>>): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
  );
}

function find(command: Command, options: Readonly<Record<string, Option>>, { name, rawName }: Token) {
  const positive = name.startsWith('no-') ? name.slice(3) : undefined;
  if (Object.hasOwn(options, name)) return { name, option: options[name]!, negated: false };
  if (positive !== undefined && options[positive]?.negatable)
    return { name: positive, option: options[positive], negated: true };
  const names = Object.entries(options).flatMap(([key, { negatable }]) => (negatable ? [key, `no-${key}`] : [key]));
  const meant = rawName.startsWith('--') ? nearest(name, names) : undefined;
  throw wrong(command, `unknown option ${rawName}${meant ? `; did you mean --${meant}?` : ''}`);
}

function negatedValue({ rawName, value }: Token): boolean {
  if (value !== undefined) throw new CommandError(`${rawName}: expected no value, got "${value}"`, USAGE);
  return false;
}

function valueOf(command: Command, option: Option, { rawName, value }: Token): string | boolean {
  if (option.type === 'boolean') {
    if (value !== undefined) throw wrong(command, `${rawName}: expected no value, got "${value}"`);
    return true;
  }
  if (value === undefined || value === '') throw wrong(command, `${rawName}: expected ${option.value ?? 'a value'}`);
  if (!option.choices || option.choices.includes(value)) return value;
  const meant = nearest(value, option.choices);
  throw wrong(
    command,
    `${rawName}: expected ${option.choices.join(', ')}, got "${value}"${meant ? `; did you mean ${meant}?` : ''}`,
  );
}

function wrong(command: Command, message: string): CommandError {
  return new CommandError(
    `${command.name}: ${message}\nRun "chassis ${command.name} --help" for what there is.`,
    USAGE,
  );
}
