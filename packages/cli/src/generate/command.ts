import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type * as TypeScript from 'typescript';
import { nearest } from '../arguments/nearest.js';
import { textOf, type Command, type Input } from '../command.js';
import { CommandError, messageOf, USAGE } from '../command-error.js';
import { findProject, installedManifest, type Project } from '../project/find-project.js';
import { writeFiles } from '../project/write-files.js';
import { partName } from './check-name.js';
import { consumerFiles } from './consumer-files.js';
import { handlerFiles } from './handler-files.js';
import { registered, type Registration } from './register.js';
import { schemaFiles, type Files } from './schema-files.js';
import { wordsOf } from './words.js';

/** What is generated, and what of it a module lists. */
interface Part {
  readonly files: Files;
  readonly registration: Registration;
}

const PARTS: Readonly<Record<string, (name: string, input: Input, sources: string) => Part>> = {
  schema: (name) => ({
    files: schemaFiles(name),
    registration: { name: `${wordsOf(name).type}Service`, from: `./${name}/${name}.service.js`, list: 'schemas' },
  }),
  handler: (name, input) => ({
    files: handlerFiles(name, (textOf(input, 'side') ?? 'provider') as 'provider' | 'consumer'),
    registration: { name: `${wordsOf(name).type}Handler`, from: `./handlers/${name}.handler.js`, list: 'handlers' },
  }),
  consumer: (name, input, sources) => {
    const contract = contractIn(join(sources, name, `${name}.contract.ts`));
    return {
      files: consumerFiles(name, { service: textOf(input, 'service') ?? name, ...(contract && { contract }) }),
      registration: { name: `${wordsOf(name).type}Client`, from: `./${name}/${name}.client.js`, list: 'providers' },
    };
  },
};

/** `chassis generate`. */
export const generateCommand: Command = {
  name: 'generate',
  alias: 'g',
  summary: 'Adds a part with its test, and lists it in the module; never overwrites',
  usage: 'schema|handler|consumer <name> [options]',
  most: 2,
  options: {
    module: { type: 'string', value: 'file', description: 'the module that lists it; default: src/app.module.ts' },
    service: { type: 'string', value: 'name', description: 'consumer: the service that is called; default: the name' },
    side: { type: 'string', choices: ['provider', 'consumer'], description: 'handler: which chain; default: provider' },
  },
  examples: [
    'chassis generate schema books',
    'chassis g handler audit --side consumer',
    'chassis g consumer catalog --service catalog',
  ],
  run(input) {
    const [kind, typed] = input.positionals;
    const make = partOf(kind);
    const name = partName(typed);
    const { terminal } = input;
    const project = findProject(terminal.cwd);
    const sources = join(project.folder, 'src');
    const { files, registration } = make(name, input, sources);
    const there = Object.keys(files).filter((path) => existsSync(join(sources, path)));
    if (there.length > 0)
      throw new CommandError(
        `generate: ${there.map((path) => `src/${path}`).join(', ')} is there already; nothing was changed`,
      );
    writeFiles(sources, files);
    for (const path of Object.keys(files)) terminal.out(`created src/${path}\n`);
    const moduleFile = resolve(project.folder, textOf(input, 'module') ?? 'src/app.module.ts');
    terminal.out(list(project, { sources, moduleFile, registration }));
    return Promise.resolve(0);
  },
};

function partOf(kind: string | undefined): NonNullable<(typeof PARTS)[string]> {
  const make = kind !== undefined && Object.hasOwn(PARTS, kind) ? PARTS[kind] : undefined;
  if (make) return make;
  const meant = kind === undefined ? undefined : nearest(kind, Object.keys(PARTS));
  throw new CommandError(
    `generate: expected schema, handler or consumer${kind === undefined ? '' : `, got "${kind}"`}${meant ? `; did you mean ${meant}?` : ''}`,
    USAGE,
  );
}

/** The class that the contract beside a consumer declares. */
function contractIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const name = /@Schema\([^]*?export\s+(?:abstract\s+)?class\s+(\w+)/.exec(readFileSync(file, 'utf8'))?.[1];
  if (name) return name;
  throw new CommandError(
    `generate: expected a class with @Schema in ${file}, which is there already; nothing was changed`,
  );
}

interface Listing {
  readonly sources: string;
  readonly moduleFile: string;
  readonly registration: Registration;
}

/** Lists the class in the module, or says how to. */
function list(project: Project, { sources, moduleFile, registration }: Listing): string {
  const shown = relative(project.folder, moduleFile);
  const up = relative(join(moduleFile, '..'), sources).replaceAll('\\', '/');
  const from = up === '' ? registration.from : `${up.startsWith('.') ? up : `./${up}`}/${registration.from.slice(2)}`;
  const edited = editedModule(project, moduleFile, { ...registration, from });
  if ('text' in edited) {
    writeFileSync(moduleFile, edited.text);
    return `updated ${shown}: ${registration.list} lists ${registration.name}\n`;
  }
  return `not listed yet: ${edited.lacking}. Write in ${existsSync(moduleFile) ? shown : 'a module'}:\n  import { ${registration.name} } from '${from}';\n  @Module({ ${registration.list}: [${registration.name}] })\n`;
}

/** The module's new text, or what is lacking to write it. */
function editedModule(
  project: Project,
  file: string,
  registration: Registration,
): { readonly text: string } | { readonly lacking: string } {
  const shown = relative(project.folder, file);
  if (!existsSync(file)) return { lacking: `${shown} is not there` };
  const ts = compilerOf(project);
  if ('lacking' in ts) return { lacking: `${ts.lacking}, without which ${shown} cannot be changed` };
  const text = registered(ts, readFileSync(file, 'utf8'), registration);
  return text === undefined ? { lacking: `${shown} has no single @Module({ ... }) to add to` } : { text };
}

/** The project's compiler, or what is lacking of it. */
function compilerOf(project: Project): typeof TypeScript | { readonly lacking: string } {
  const { folder, require } = project;
  const manifest = installedManifest(project, 'typescript');
  if (!manifest) return { lacking: `typescript is not installed in ${folder} ("npm install" does it)` };
  try {
    const ts = require('typescript') as Partial<typeof TypeScript>;
    if (ts.createSourceFile) return ts as typeof TypeScript;
  } catch (error) {
    return { lacking: `typescript ${manifest.version} of ${folder} cannot be loaded (${messageOf(error)})` };
  }
  return { lacking: `typescript ${manifest.version} has no compiler API (expected ~6.0.3)` };
}
