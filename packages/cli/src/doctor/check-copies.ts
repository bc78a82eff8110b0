import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check, Finding } from './finding.js';

/** A package that is installed somewhere. */
interface Copy {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** There is one core, one reflect-metadata, and the packages of ts-chassis are of one version. */
export const checkCopies: Check = {
  name: 'packages',
  run: ({ project }) => {
    const copies = copiesFor(project.folder);
    const cores = copies.filter(({ name }) => name === '@ts-chassis/core');
    const reflects = copies.filter(({ name }) => name === 'reflect-metadata');
    return [...notInstalled(cores, project.folder), ...twice(cores), ...twice(reflects), ...mixed(copies)];
  },
};

function notInstalled(cores: readonly Copy[], folder: string): readonly Finding[] {
  if (cores.length > 0) return [];
  return [
    {
      ...{ level: 'error', check: 'packages' },
      message: `@ts-chassis/core is not installed in ${folder}`,
      fix: 'npm install',
    },
  ];
}

function twice(copies: readonly Copy[]): readonly Finding[] {
  const [first] = copies;
  if (!first || copies.length === 1) return [];
  const where = copies.map(({ version, folder }) => `${version} in ${folder}`).join(', ');
  return [
    {
      ...{ level: first.name === '@ts-chassis/core' ? 'error' : 'warning', check: 'packages' },
      message: `${first.name} is installed ${copies.length} times: ${where}; what one writes about classes the other may not see`,
      fix: 'npm dedupe, or ask for one version in every package.json',
    },
  ];
}

function mixed(copies: readonly Copy[]): readonly Finding[] {
  const own = copies.filter(({ name }) => name.startsWith('@ts-chassis/'));
  if (new Set(own.map(({ version }) => version)).size <= 1) return [];
  return [
    {
      ...{ level: 'error', check: 'packages' },
      message: `the packages of ts-chassis are of different versions: ${own.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
      fix: 'ask for the same version of all of them',
    },
  ];
}

/** The copies that a project can meet: below its folder, and in the folders above. */
function copiesFor(folder: string): readonly Copy[] {
  const found = new Map<string, Copy>();
  for (let at = folder; ; at = dirname(at)) {
    collect(join(at, 'node_modules'), found, 0);
    if (at === dirname(at)) return [...found.values()];
  }
}

/** What is linked counts where it really is; packages of packages are looked at too. */
function collect(modules: string, found: Map<string, Copy>, depth: number): void {
  if (depth > 6 || !existsSync(modules)) return;
  for (const name of namesIn(modules)) {
    if (name === '.pnpm') {
      for (const store of namesIn(join(modules, name)))
        collect(join(modules, name, store, 'node_modules'), found, depth + 1);
      continue;
    }
    const folder = join(modules, name);
    if (name.startsWith('@ts-chassis/') || name === 'reflect-metadata') note(name, folder, found);
    collect(join(folder, 'node_modules'), found, depth + 1);
  }
}

function note(name: string, folder: string, found: Map<string, Copy>): void {
  try {
    const real = realpathSync(folder);
    const { version } = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8')) as { version: string };
    found.set(real, { name, version, folder: real });
  } catch {
    // A link to nowhere, or half a package: npm says more about it than we can.
  }
}

function namesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap(({ name }) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}
