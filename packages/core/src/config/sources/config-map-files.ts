import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { coreError } from '../../errors/core-error.js';
import { parseConfFile, type ConfFile, type ParseConfFile } from './conf-files.js';
import { asFile } from './flat-text.js';
import { readProperties } from './properties-text.js';
import type { YamlFile } from './yaml-document.js';

const TREE = /\.(?:ya?ml|json)$/i;
const PROPERTIES = /\.properties$/i;
const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

/** Where the files of a mounted map really are, which changes with each of its versions; the directory itself where it is no mount. */
async function dataOf(directory: string): Promise<string> {
  return realpath(join(directory, '..data')).catch(() => directory);
}

/** The files of a mounted map in the order of their names, all of one version; none when it is not there. */
export async function listConfigMap(directory: string): Promise<readonly ConfFile[]> {
  const data = await dataOf(directory);
  const names = await readdir(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw coreError('CONFIG_UNREADABLE', `${directory} cannot be listed: ${error.message}`, { cause: error });
  });
  const files: ConfFile[] = [];
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(data, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    const { ino: identity, mtimeMs, size } = found;
    files.push({ path, mark: `${identity}:${mtimeMs}:${size}`, size, identity, calledPath: join(directory, name) });
  }
  return files;
}

/** Reads a file by the end of its name: a tree, or one text under its name; what is no text, such as a key store, has nothing to say. */
export const parseConfigMapFile: ParseConfFile = async (file, text, environment) => {
  const name = (file.calledPath ?? file.path).replace(/^.*[\\/]/, '');
  if (TREE.test(name)) return parseConfFile(file, text, environment);
  if (text.includes('\0') || text.includes('\uFFFD')) {
    return { values: {}, lines: NOTHING, written: NOTHING, texts: NOTHING };
  }
  return PROPERTIES.test(name) ? asFile(readProperties(text)) : oneText(name, text);
};

function oneText(name: string, text: string): YamlFile {
  const start = new Map([[name, 1]]);
  return { values: { [name]: text.replace(/\r?\n$/, '') }, lines: start, written: NOTHING, texts: start };
}
