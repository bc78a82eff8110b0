/** What keeps a file from being read, with the line. */
export class YamlFault extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** The line of a fault; undefined for other errors. The parser may bring a class of its own, since it is loaded apart. */
export function lineOfFault(error: unknown): number | undefined {
  const { line } = error as { readonly line?: unknown };
  return error instanceof Error && typeof line === 'number' ? line : undefined;
}
