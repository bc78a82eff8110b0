import { GREETINGS } from '../../generate/minimal-template.js';
import { schemaFiles, type Files } from '../../generate/schema-files.js';
import type { ProjectOptions } from '../project-options.js';
import { configurationFiles } from './configuration-files.js';
import { packageFile } from './package-file.js';
import { readme } from './readme.js';

/** Every file of a new project, by path. */
export function projectFiles(options: ProjectOptions, specifier: (name: string) => string): Files {
  const sources = options.sample === 'crud' ? schemaFiles('notes') : GREETINGS;
  return {
    'package.json': packageFile(options, specifier),
    'tsconfig.json': tsconfig(),
    'tsconfig.build.json': json({ extends: './tsconfig.json', exclude: ['src/**/*.test.ts'] }),
    'vitest.config.mts': VITEST,
    '.gitignore': 'node_modules/\ndist/\n*.log\n',
    'README.md': readme(options),
    ...configurationFiles(options),
    'src/main.ts': main(options),
    'src/app.module.ts': moduleFile(options),
    ...Object.fromEntries(Object.entries(sources).map(([path, text]) => [`src/${path}`, text])),
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function tsconfig(): string {
  return `{
  "compilerOptions": {
    "target": "ES2022",
    "lib": ["ES2022"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": ["node"],
    "rootDir": "src",
    "outDir": "dist",
    "sourceMap": true,

    "strict": true,
    "noImplicitOverride": true,
    "noUncheckedIndexedAccess": true,
    "isolatedModules": true,
    "skipLibCheck": true,

    // Injection and validation read the types of constructors and fields at run time.
    "experimentalDecorators": true,
    "emitDecoratorMetadata": true
  },
  "include": ["src"],
  // The resolver finds ./part.ts where an import says ./part.js, which is what it is once compiled.
  "ts-node": { "swc": true, "experimentalResolver": true }
}
`;
}

const VITEST = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The same decorators as in tsconfig.json.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: ['src/**/*.test.ts'],
    // Packages are loaded by Node.js itself, once, as in the running service. Without this Vitest goes by their paths and takes all
    // below a folder called "es" or "esm" for ES modules, even when it is the project that is called so.
    server: { deps: { external: [/\\/node_modules\\/.*\\.[cm]?js$/] } },
  },
});
`;

function main({ metrics, tracing, esm }: ProjectOptions): string {
  const imports = [
    `import { createApplication } from '@ts-chassis/core';`,
    ...(metrics ? [`import { prometheus } from '@ts-chassis/metrics';`] : []),
    `import { rest } from '@ts-chassis/rest';`,
    ...(tracing ? [`import { tracing, zipkin } from '@ts-chassis/tracing';`] : []),
    ...(esm
      ? [
          `import { realpathSync } from 'node:fs';`,
          `import { argv } from 'node:process';`,
          `import { fileURLToPath } from 'node:url';`,
        ]
      : []),
    `import { AppModule } from './app.module.js';`,
  ];
  const plugins = ['rest()', ...(metrics ? ['prometheus()'] : []), ...(tracing ? ['tracing(zipkin())'] : [])];
  const isMain = esm
    ? 'argv[1] && realpathSync(argv[1]) === fileURLToPath(import.meta.url)'
    : 'require.main === module';
  return `${imports.join('\n')}

export const app = createApplication({ modules: [AppModule], plugins: [${plugins.join(', ')}] });

// Tools import this file to look at the application; only as the main program it runs.
if (${isMain}) void app.run();
`;
}

function moduleFile({ sample }: ProjectOptions): string {
  const [type, path] =
    sample === 'crud' ? ['NotesService', 'notes/notes'] : ['GreetingsService', 'greetings/greetings'];
  return `import { Module } from '@ts-chassis/core';
import { ${type} } from './${path}.service.js';

/** What the service is made of; \`chassis generate\` adds to it. */
@Module({ schemas: [${type}], handlers: [], providers: [] })
export class AppModule {}
`;
}
