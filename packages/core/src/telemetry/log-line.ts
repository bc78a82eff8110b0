import { redact, redactText, type RedactLimits } from '../security/index.js';
import type { LogFields, LogLevel } from './logger.js';

/** What is written of one call, before it becomes text. */
export interface LogLine {
  /** Wall time in milliseconds since the epoch. */
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  /** Later ones win. Not merged by their makers: merely reading a field may throw. */
  readonly fields: readonly LogFields[];
}

/** One line may not fill the disk, whatever it is given. */
const LIMITS: RedactLimits = { depth: 8, nodes: 1000, textLength: 16_384 };

/** The message, bounded and without secrets. */
export function messageOf(line: LogLine): string {
  const { message } = line;
  // Callers without types pass what they have.
  return typeof message === 'string' && message.length <= 16_384
    ? redactText(message)
    : String(redact(message, LIMITS));
}

/** The fields as plain data without secrets. */
export function fieldsOf(line: LogLine): Record<string, unknown> {
  return Object.assign({}, ...line.fields.map((fields) => redact(fields, LIMITS))) as Record<string, unknown>;
}

/** What terminals and viewers take for a command or for a new line though JSON lets it stand. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Spells such characters out, so that no text forges a line, colours the terminal or turns the direction of writing. */
export function escapeControl(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
