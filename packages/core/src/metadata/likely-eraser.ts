/** What is looked at to guess the program that compiled the classes; the process, or a test's own. */
export interface Surroundings {
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.features.typescript` of newer versions of Node. */
  readonly stripsTypes: unknown;
}

function ofProcess(): Surroundings {
  const features = process.features as { typescript?: unknown };
  return { execArgv: process.execArgv, env: process.env, stripsTypes: features.typescript };
}

/**
 * The program that probably dropped the types of parameters and properties, and what to do about it.
 *
 * @param file - where the class is declared, if it is known
 */
export function likelyEraser(file: string | undefined, surroundings: Surroundings = ofProcess()): string {
  const options = [...surroundings.execArgv, surroundings.env['NODE_OPTIONS'] ?? ''].join(' ');
  if (/\btsx\b/.test(options))
    return 'the program runs under tsx, which drops them; run it with ts-node (swc) or compile it with tsc';
  if (/\besbuild|esno\b/.test(options))
    return 'the program runs under an esbuild loader, which drops them; run it with ts-node (swc) or compile it with tsc';
  if (surroundings.env['VITEST'])
    return 'vitest compiled it; set `oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } }` in its configuration';
  if (surroundings.env['JEST_WORKER_ID'])
    return 'jest compiled it; let its transform emit decorator metadata (`decoratorMetadata: true` of @swc/jest, or ts-jest)';
  if (surroundings.stripsTypes && /\.[cm]?ts:\d/.test(file ?? '')) {
    return 'Node itself stripped them; run it with ts-node (swc) or compile it with tsc';
  }
  return 'the compiler dropped them; switch `emitDecoratorMetadata` on (`decoratorMetadata: true` in .swcrc)';
}
