import type { Clock } from '../clock/clock.js';
import { formatJson } from './format-json.js';
import { formatPretty } from './format-pretty.js';
import type { LogLine } from './log-line.js';
import { Logger, type LogFields, type LogLevel } from './logger.js';
import { writeLines, type WriteLine } from './write-lines.js';

/**
 * What {@link createLogger} takes.
 *
 * @example
 * ```ts
 * const options: LoggerOptions = { clock: systemClock, level: () => 'debug' };
 * ```
 */
export interface LoggerOptions {
  readonly clock: Clock;
  /** Where lines go; default the standard output. */
  readonly write?: WriteLine;
  /** The least grave level that is written, asked at every call so that it may change; default `info`. */
  readonly level?: () => LogLevel;
  /** Fields of every line, asked when it is written: correlation ids, the service. A throw counts as none. */
  readonly fields?: () => LogFields;
  /** Lines for people instead of JSON, asked at every call; default false. */
  readonly pretty?: boolean | (() => boolean);
  /** Blots out of a finished line what must not be seen; default nothing, beside what is redacted anyway. */
  readonly hide?: (line: string) => string;
  /** Whether pretty lines are coloured; default true. */
  readonly colour?: boolean;
}

/**
 * Makes a logger of one line a call: a JSON object with `time` (ISO 8601, UTC), `level` and `message`, then the fields. Secrets are redacted, errors
 * written with stack, code, kind and causes, texts bounded to 16 KiB, and nothing in a line can forge another. Logging never throws.
 *
 * @example
 * ```ts
 * const logger = createLogger({ clock: systemClock, fields: () => ({ service: 'catalog' }) });
 * logger.error('order lost', { error, order: 42 });
 * ```
 */
export function createLogger(options: LoggerOptions): Logger {
  return new LineLogger(new LineSink(options), []);
}

const nothing: LogFields = {};

const GRAVITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A line of more characters is written without its fields. */
const LONGEST = 262_144;

/** What a logger shares with its children. */
class LineSink {
  readonly #clock: Clock;
  readonly #write: WriteLine;
  readonly #level: () => LogLevel;
  readonly #fields: () => LogFields;
  readonly #format: (line: LogLine) => string;
  readonly #hide: (line: string) => string;
  #lost = 0;

  constructor(options: LoggerOptions) {
    const { clock, write = writeLines(), level = () => 'info', fields = () => nothing } = options;
    const { pretty = false, colour = true, hide = (line) => line } = options;
    this.#clock = clock;
    this.#write = write;
    this.#level = level;
    this.#hide = hide;
    this.#fields = fields;
    const isPretty = typeof pretty === 'function' ? pretty : () => pretty;
    this.#format = (line) => (isPretty() ? formatPretty(line, colour) : formatJson(line));
  }

  line(level: LogLevel, message: string, fields: readonly LogFields[]): void {
    try {
      if (GRAVITY[level] < GRAVITY[this.#level()]) return;
      const line = { time: this.#clock.now(), level, message, fields: [this.#correlation(), ...fields] };
      if (this.#lost > 0) line.fields.push({ lostLines: this.#lost });
      if (this.#write(this.#bounded(line)) === false) this.#lost += 1;
      else this.#lost = 0;
    } catch {
      // Whoever logs is in the middle of something else, often of an error of its own.
      this.#lost += 1;
    }
  }

  #bounded(line: LogLine): string {
    const text = this.#format(line);
    if (text.length <= LONGEST) return this.#hide(text);
    return this.#hide(this.#format({ ...line, fields: [{ fieldsLeftOut: `${text.length} characters` }] }));
  }

  #correlation(): LogFields {
    try {
      return this.#fields();
    } catch {
      return nothing;
    }
  }
}

class LineLogger extends Logger {
  readonly #sink: LineSink;
  readonly #fields: readonly LogFields[];

  constructor(sink: LineSink, fields: readonly LogFields[]) {
    super();
    this.#sink = sink;
    this.#fields = fields;
  }

  debug(message: string, fields: LogFields = nothing): void {
    this.#sink.line('debug', message, [...this.#fields, fields]);
  }

  info(message: string, fields: LogFields = nothing): void {
    this.#sink.line('info', message, [...this.#fields, fields]);
  }

  warn(message: string, fields: LogFields = nothing): void {
    this.#sink.line('warn', message, [...this.#fields, fields]);
  }

  error(message: string, fields: LogFields = nothing): void {
    this.#sink.line('error', message, [...this.#fields, fields]);
  }

  child(fields: LogFields): Logger {
    return new LineLogger(this.#sink, [...this.#fields, fields]);
  }
}
