import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { coreError } from '../../errors/index.js';
import { flattened, plant } from '../leaves.js';
import type { Layer } from '../source.js';
import { finishInSlices, type Steps } from '../steps.js';
import type { YamlFile } from './yaml-document.js';
import { lineOfFault } from './yaml-fault.js';
import { parseYaml } from './yaml-file.js';

const CONFIGURATION = /\.(?:ya?ml|json)$/i;

/** One file, and what it was when it was looked at. */
export interface ConfFile {
  readonly path: string;
  /** Changes whenever the contents may have. */
  readonly mark: string;
  readonly size: number;
  /** Another one for a file that was put in the place of this one. */
  readonly identity: number;
  /** What it is called to people; default its path. */
  readonly calledPath?: string;
}

/** How files are read and merged. */
export interface ConfReading {
  readonly environment: NodeJS.ProcessEnv;
  warn(line: string): void;
  elapsed(): number;
  /** Default as YAML. */
  readonly parse?: ParseConfFile;
  /** Told of a file whose text cannot be had, which may be otherwise the next time. */
  unread?(): void;
}

/** Reads the text of a file. */
export type ParseConfFile = (file: ConfFile, text: string, environment: NodeJS.ProcessEnv) => Promise<YamlFile>;

/** Reads a file as YAML, of which JSON is a part. */
export const parseConfFile: ParseConfFile = (_file, text, environment) => parseYaml(text, { environment });

/** The configuration files of a directory in the order of their names; none when it is not there. Symbolic links are followed. */
export async function listConfFiles(directory: string): Promise<readonly ConfFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw coreError('CONFIG_UNREADABLE', `${directory} cannot be listed: ${error.message}`, { cause: error });
  });
  const files: ConfFile[] = [];
  // Names with a dot in front are an editor's own, or Kubernetes's.
  for (const name of names.filter((one) => CONFIGURATION.test(one) && !one.startsWith('.')).sort()) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    const { ino: identity, mtimeMs, size } = found;
    files.push({ path, mark: `${identity}:${mtimeMs}:${size}`, size, identity });
  }
  return files;
}

/**
 * Reads files and merges them in the order given: a key in two files is the first one's, and a warning.
 *
 * @throws ChassisError `CONFIG_UNREADABLE` naming every file and line that cannot be read
 */
export async function readConfFiles(files: readonly ConfFile[], options: ConfReading): Promise<Layer> {
  const { environment, parse = parseConfFile } = options;
  const parsed = new Map<string, YamlFile>();
  const faults: string[] = [];
  for (const file of files) {
    const name = shown(file.calledPath ?? file.path);
    try {
      const text = await readFile(file.path, 'utf8').catch((error: unknown) => {
        options.unread?.();
        throw error;
      });
      parsed.set(name, await parse(file, text, environment));
    } catch (error) {
      const line = lineOfFault(error);
      const place = line === undefined ? name : `${name}:${line}`;
      faults.push(`${place}: ${(error as Error).message}`);
    }
  }
  if (faults.length > 0) {
    throw coreError('CONFIG_UNREADABLE', faults.join('\n  '), { details: { files: faults } });
  }
  return finishInSlices(merging(parsed, options.warn), () => options.elapsed());
}

function* merging(files: ReadonlyMap<string, YamlFile>, warn: (line: string) => void): Steps<Layer> {
  const tree: Record<string, unknown> = {};
  const aside: Record<string, unknown> = {};
  const owners = new Map<string, string>();
  for (const [path, file] of files) {
    for (const [key, value] of flattened(file.values)) {
      if (plant(tree, key.split('.'), value)) owners.set(key, path);
      else if (!owners.has(key) && !(key in aside) && !isEmptyMap(value) && hasValueAround(owners, key)) {
        // `a` and `a.b` of one file: in another dialect they may stand for keys that get along
        aside[key] = value;
        owners.set(key, path);
      } else if (!isEmptyMap(value)) warn(twice(key, { path, file, first: owners.get(ownerKey(owners, key)) }));
      yield;
    }
  }
  const fileOf = (key: string): YamlFile | undefined => files.get(owners.get(key) ?? '');
  return {
    values: { ...tree, ...aside },
    written: (key) => fileOf(key)?.written.get(key),
    textLine: (key) => fileOf(key)?.texts.get(key),
    place: (key) => {
      const owner = owners.get(ownerKey(owners, key));
      const line = owner === undefined ? undefined : lineOf(files.get(owner)!, key);
      return line === undefined ? (owner ?? key) : `${owner}:${line}`;
    },
  };
}

/** The key of the leaf that a key or item lies in, or that lies in it. */
function ownerKey(owners: ReadonlyMap<string, string>, key: string): string {
  for (let at = key; at !== ''; at = outer(at)) if (owners.has(at)) return at;
  for (const other of owners.keys()) if (other.startsWith(`${key}.`)) return other;
  return key;
}

function lineOf(file: YamlFile, key: string): number | undefined {
  for (let at = key; at !== ''; at = outer(at)) {
    const line = file.lines.get(at);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** What is around a key or an item. */
function outer(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.'), key.lastIndexOf('[')));
}

/** Whether a value stands where a key has a map around it. */
function hasValueAround(owners: ReadonlyMap<string, string>, key: string): boolean {
  for (let at = outer(key); at !== ''; at = outer(at)) if (owners.has(at)) return true;
  return false;
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function twice(key: string, at: { path: string; file: YamlFile; first: string | undefined }): string {
  const line = lineOf(at.file, key);
  const place = line === undefined ? at.path : `${at.path}:${line}`;
  return `${place}: ${key} is already given by ${at.first ?? 'the same file'}, which keeps it`;
}

/** Relative to the working directory when it lies below it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}
