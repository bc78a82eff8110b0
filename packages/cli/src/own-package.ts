import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** This package, seen from its sources and from its one built file alike. */
const FOLDER = join(__dirname, '..');

/** The version of this package; those it is released with have the same. */
export function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(FOLDER, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The program that starts this command line, for processes of its own. */
export function commandFile(): string {
  return join(FOLDER, 'bin/chassis.js');
}
