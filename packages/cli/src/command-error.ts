/** Exit code for what was typed wrongly. */
export const USAGE = 2;

/** What ends a command with a message of one or a few lines, and no stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  /** @param exitCode - 1: the work failed; {@link USAGE}: it was asked for wrongly */
  constructor(
    message: string,
    readonly exitCode = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
