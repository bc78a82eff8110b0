/**
 * Takes one line without its line end. It must not throw.
 *
 * @returns false when the line was not taken; the next one that is says how many were lost
 *
 * @example
 * ```ts
 * const lines: string[] = [];
 * const write: WriteLine = (line) => void lines.push(line);
 * ```
 */
export type WriteLine = (line: string) => boolean | void;

/**
 * The part of a stream that lines need.
 *
 * @example
 * ```ts
 * const stream: LineStream = process.stderr;
 * ```
 */
export interface LineStream {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  listeners(event: 'error'): readonly unknown[];
  readonly destroyed?: boolean;
  readonly writable?: boolean;
  readonly writableLength?: number;
}

/** What a stream whose reader stands still may hold, in bytes, before lines are dropped. */
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * Writes lines to a stream, the standard output by default, which is touched at the first line. A reader that went away (EPIPE) does not
 * end the process, and one that stands still costs at most 16 MiB: further lines are dropped and counted.
 *
 * @param stream - gives the stream; asked once, at the first line
 *
 * @example
 * ```ts
 * const logger = createLogger({ write: writeLines(() => process.stderr), clock: systemClock });
 * ```
 */
export function writeLines(stream: () => LineStream = () => process.stdout): WriteLine {
  let opened: LineStream | undefined;
  return (line) => {
    opened ??= guard(stream());
    if (opened.destroyed || opened.writable === false || (opened.writableLength ?? 0) > MOST_WAITING) return false;
    opened.write(`${line}\n`);
    return true;
  };
}

/** Once a stream, however many loggers write to it. */
function guard(stream: LineStream): LineStream {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  return stream;
}

/** A stream that fails has nobody left to tell. */
function ignore(): void {}
