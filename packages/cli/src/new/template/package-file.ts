import type { ProjectOptions } from '../project-options.js';
import { VERSIONS } from '../versions.js';

/** The `package.json` of a new project. */
export function packageFile(options: ProjectOptions, specifier: (name: string) => string): string {
  const { name, metrics, tracing, esm, packageManager } = options;
  const own = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((one) => [`@ts-chassis/${one}`, specifier(`@ts-chassis/${one}`)]));
  const optional = [...(metrics ? ['metrics'] : []), ...(tracing ? ['tracing'] : [])];
  const file = {
    name,
    version: '0.1.0',
    private: true,
    type: esm ? 'module' : 'commonjs',
    engines: { node: '>=20.19' },
    scripts: {
      dev: 'chassis dev',
      build: 'tsc -p tsconfig.build.json',
      start: 'node --enable-source-maps dist/main.js',
      test: 'vitest run',
      typecheck: 'tsc --noEmit',
      openapi: 'chassis openapi --out openapi.json',
    },
    dependencies: sorted(own(['core', 'rest', ...optional])),
    devDependencies: sorted({ ...own(['cli', 'testing']), ...VERSIONS }),
    ...(packageManager === 'pnpm' && { pnpm: { onlyBuiltDependencies: ['@swc/core'] } }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function sorted(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}
