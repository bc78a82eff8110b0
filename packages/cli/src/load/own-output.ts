/** Standard output, kept for the result: what anything else of this process writes there goes to standard error. */
export interface OwnOutput {
  /** Resolves once it is written. */
  print(text: string): Promise<void>;
}

/** Keeps standard output for the result, until the process ends. */
export function keepOutput(): OwnOutput {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return {
    print: (text) =>
      new Promise((resolve, reject) => {
        write(text, (error) => (error ? reject(error) : resolve()));
      }),
  };
}
