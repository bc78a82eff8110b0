import { Logger, type LogFields } from '@ts-chassis/core';

/** A logger that keeps its warnings. */
export class Lines extends Logger {
  readonly warnings: { readonly message: string; readonly fields: LogFields }[] = [];

  debug(): void {}

  info(): void {}

  error(): void {}

  warn(message: string, fields: LogFields = {}): void {
    this.warnings.push({ message, fields });
  }

  child(): Logger {
    return this;
  }
}
