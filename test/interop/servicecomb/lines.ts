import { Logger, type LogFields } from '@ts-chassis/core';

/** Keeps what a service says. */
export class Lines extends Logger {
  /** Warnings and errors. */
  readonly warnings: string[] = [];
  readonly told: string[] = [];

  debug(): void {}

  info(message: string): void {
    this.told.push(message);
  }

  warn(message: string, fields?: LogFields): void {
    const error: unknown = fields?.['error'];
    this.warnings.push(error instanceof Error ? `${message}: ${error.message}` : message);
  }

  error(message: string, fields?: LogFields): void {
    this.warn(message, fields);
  }

  child(): Logger {
    return this;
  }
}
