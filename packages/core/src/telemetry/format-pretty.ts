import { escapeControl, fieldsOf, messageOf, type LogLine } from './log-line.js';
import type { LogLevel } from './logger.js';

type Paint = (text: string, code: number) => string;

const COLOURS: Readonly<Record<LogLevel, number>> = { debug: 90, info: 32, warn: 33, error: 31 };
const GREY = 90;

const plain: Paint = (text) => text;
const painted: Paint = (text, code) => `\u001b[${code}m${text}\u001b[0m`;

/** For people: time of day (UTC), level, message, fields; stacks follow on indented lines of their own. */
export function formatPretty(line: LogLine, colour: boolean): string {
  const paint = colour ? painted : plain;
  const stacks: string[] = [];
  const fields = Object.entries(fieldsOf(line)).map(([name, value]) => {
    const text = escapeControl(textOf(takeStacks(name, value, stacks)));
    return paint(`${escapeControl(name)}=`, GREY) + text;
  });
  const head = [
    paint(new Date(line.time).toISOString().slice(11, 23), GREY),
    paint(line.level.padEnd(5), COLOURS[line.level]),
    escapeControl(messageOf(line)),
  ];
  return [...head, ...fields].join(' ') + stacks.map((stack) => paint(stack, GREY)).join('');
}

/** Moves the stacks of an error and of its causes below the line; what is left stands in it. */
function takeStacks(name: string, value: unknown, stacks: string[]): unknown {
  if (!isErrorRecord(value)) return value;
  const { stack, cause, name: kind, ...rest } = value;
  void kind;
  for (const text of stack.split('\n')) stacks.push(`\n    ${stacks.length === 0 ? '' : '  '}${escapeControl(text)}`);
  const left: Record<string, unknown> = {
    ...rest,
    ...(cause !== undefined && { cause: takeStacks(`${name}.cause`, cause, stacks) }),
  };
  return Object.keys(left).length === 1 ? left['message'] : left;
}

function isErrorRecord(value: unknown): value is Record<string, unknown> & { stack: string } {
  return typeof value === 'object' && value !== null && typeof (value as { stack?: unknown }).stack === 'string';
}

function textOf(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : (JSON.stringify(value) ?? 'undefined');
}
