import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';

/**
 * Finds the packed file of a package in a folder: `ts-chassis-core-0.1.0.tgz` of `@ts-chassis/core`.
 *
 * @param folder - absolute
 * @returns gives the file's specifier for `package.json`
 * @throws CommandError when the folder cannot be read; the result throws when it lacks the package
 */
export function packedPackages(folder: string): (name: string) => string {
  let files: readonly string[];
  try {
    files = readdirSync(folder);
  } catch (cause) {
    throw new CommandError(`--packages: cannot read ${folder}: ${messageOf(cause)}`, 1, { cause });
  }
  return (name) => {
    const stem = name.replace('@', '').replace('/', '-');
    const file = files.find(
      (one) => one.startsWith(`${stem}-`) && /^\d+\.\d+\.\d+.*\.tgz$/.test(one.slice(stem.length + 1)),
    );
    if (file === undefined) throw new CommandError(`--packages: ${folder} has no ${stem}-<version>.tgz for ${name}`);
    return `file:${join(folder, file)}`;
  };
}
