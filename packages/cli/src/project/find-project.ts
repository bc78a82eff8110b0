import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';

/** A project: the nearest folder upwards that has a `package.json`. */
export interface Project {
  readonly folder: string;
  readonly isEsm: boolean;
  readonly manifest: Manifest;
  /** Loads and resolves as a file of the project would. */
  readonly require: NodeJS.Require;
}

/** What is read of a `package.json`. */
export interface Manifest {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** @throws CommandError when there is none, or its `package.json` is no JSON */
export function findProject(from: string): Project {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return projectOf(folder, file);
    if (folder === dirname(folder))
      throw new CommandError(
        `${from} is in no project: there is no package.json here or above; "chassis new" makes one`,
      );
  }
}

function projectOf(folder: string, file: string): Project {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return { folder, manifest, isEsm: manifest.type === 'module', require: createRequire(file) };
  } catch (cause) {
    throw new CommandError(`cannot read ${file}: ${messageOf(cause)}`, 1, { cause });
  }
}

/** The `package.json` of a package as a project sees it; undefined when it is not installed. */
export function installedManifest(project: Project, name: string): { readonly version: string } | undefined {
  try {
    const paths = project.require.resolve.paths(name) ?? [];
    const file = paths.map((path) => join(path, name, 'package.json')).find((path) => existsSync(path));
    return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as { version: string });
  } catch {
    return undefined;
  }
}
