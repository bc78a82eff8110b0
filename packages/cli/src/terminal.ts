/**
 * What a command meets of the process it runs in.
 *
 * @example
 * ```ts
 * const quiet: Partial<Terminal> = { interactive: false, err: () => undefined };
 * ```
 */
export interface Terminal {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether somebody can answer questions and press keys. */
  readonly interactive: boolean;
  /** What is piped in. */
  readonly input: AsyncIterable<string | Uint8Array>;
  /** Writes to standard output: results, and nothing else. */
  out(text: string): void;
  /** Writes to standard error: what is told about the work. */
  err(text: string): void;
  /** `import()` itself, which a bundle in CommonJS lacks. */
  importModule(specifier: string): Promise<unknown>;
}

/** The terminal of this process. */
export function processTerminal(importModule: Terminal['importModule']): Terminal {
  return {
    cwd: process.cwd(),
    environment: process.env,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    input: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    importModule,
  };
}
