/**
 * Levels from the chattiest to the gravest.
 *
 * @example
 * ```ts
 * const level: LogLevel = 'warn';
 * ```
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Plain data beside a message; secrets in it are redacted when written.
 *
 * @example
 * ```ts
 * const fields: LogFields = { port: 8101, listener: 'rest' };
 * ```
 */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where log lines go. An abstract class, so that it is injected by type.
 *
 * @example
 * ```ts
 * class Shelf { constructor(private readonly logger: Logger) { logger.info('shelf made', { books: 3 }); } }
 * ```
 */
export abstract class Logger {
  abstract debug(message: string, fields?: LogFields): void;
  abstract info(message: string, fields?: LogFields): void;
  abstract warn(message: string, fields?: LogFields): void;
  /** `fields.error` may be an `Error`: its message, stack and causes are written. */
  abstract error(message: string, fields?: LogFields): void;
  /** A logger that adds fields to every line. */
  abstract child(fields: LogFields): Logger;
}

class SilentLogger extends Logger {
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
  child(): Logger {
    return this;
  }
}

/**
 * A logger that writes nothing.
 *
 * @example
 * ```ts
 * createApplication({ logger: silentLogger });
 * ```
 */
export const silentLogger: Logger = new SilentLogger();
