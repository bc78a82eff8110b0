import type { Command, Option } from '../command.js';
import { COMMON } from './parse.js';

/** What `chassis --help` prints. */
export function overview(commands: readonly Command[], version: string): string {
  const rows = commands
    .filter(({ hidden }) => !hidden)
    .map(({ name, alias, summary }) => [alias ? `${name}, ${alias}` : name, summary] as const);
  return [
    `chassis ${version}: services of ts-chassis, from the first file on`,
    '',
    'Usage: chassis <command> [options]',
    '',
    'Commands:',
    ...columns(rows),
    '',
    'Run "chassis <command> --help" for its options; "chassis --version" prints the version.',
    '',
  ].join('\n');
}

/** What `chassis <command> --help` prints. */
export function helpOf(command: Command): string {
  const { name, alias, summary, usage, options, examples = [] } = command;
  const all = { ...options, ...COMMON };
  return [
    `chassis ${name}${usage === '' ? '' : ` ${usage}`}`,
    '',
    `${summary}.${alias ? ` Short: chassis ${alias}.` : ''}`,
    '',
    'Options:',
    ...columns(Object.entries(all).map(([key, option]) => [shown(key, option), described(option)])),
    ...(examples.length > 0 ? ['', 'Examples:', ...examples.map((example) => `  ${example}`)] : []),
    '',
  ].join('\n');
}

function shown(key: string, { short, type, value = 'value', negatable }: Option): string {
  const long = negatable ? `--[no-]${key}` : `--${key}`;
  return `${short ? `-${short}, ` : ''}${long}${type === 'string' ? ` <${value}>` : ''}`;
}

function described({ description, choices, multiple }: Option): string {
  const more = [choices?.join(', '), multiple && 'may be given several times'].filter(Boolean).join('; ');
  return more === '' ? description : `${description} (${more})`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
