import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Config } from '@ts-chassis/core';
import { ContractsSection } from '../sections/contracts.js';

const KINDS = new Set(['.yaml', '.yml']);

/** Where contracts that are written by hand may lie. */
export interface SchemaFolders {
  readonly config: Config;
  /** The folder of the configuration. */
  readonly directory: string | undefined;
  /** Whose they are. */
  readonly service: string;
}

/**
 * The contracts that are written by hand, by their ids, the names of the files: those of `{directory}/{service}/schema` and, before
 * them, of `{SCHEMA_ROOT}/{service}/schema`, as go-chassis has it. The files are only ever read.
 *
 * @throws what reading a file or folder that is there throws
 */
export async function readSchemaFiles({ config, directory, service }: SchemaFolders): Promise<Map<string, string>> {
  const { schemaRoot } = config.section(ContractsSection);
  const roots = [directory, schemaRoot].filter((root): root is string => root !== undefined && root !== '');
  const found = new Map<string, string>();
  for (const root of roots) {
    const folder = join(root, service, 'schema');
    for (const name of await namesIn(folder)) {
      found.set(name.slice(0, -extname(name).length), await readFile(join(folder, name), 'utf8'));
    }
  }
  return found;
}

/** Of two files for one id, `a.yaml` and `a.yml`, the same one always comes last and counts. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
    return files
      .map(({ name }) => name)
      .filter((name) => KINDS.has(extname(name)))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR';
}
