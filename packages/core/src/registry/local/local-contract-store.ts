import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ServiceIdentity } from '../../endpoint/instance.js';
import { ChassisError } from '../../errors/chassis-error.js';
import type { ContractStore, ServiceQuery } from '../ports.js';
import { contractFile, contractsPath, pathStep, schemaIdOf, textOfStep } from './layout.js';
import type { LocalOptions } from './local-options.js';
import { checkRoot, ensureRoot } from './local-root.js';
import { compareVersions } from './compare-versions.js';
import { unavailable, writeWhole } from './write-file.js';

/**
 * Contracts beside the instances, a folder for each version of a service, so that instances of two versions never write one file.
 * Readers get the newest version that has the schema. What a service leaves behind stays.
 *
 * @example
 * ```ts
 * const contracts = new LocalContractStore({ root, clock, logger, files: nodeFileSystem, processes: createProcessProbe() });
 * await contracts.put(identity, 'catalog', document);
 * ```
 */
export class LocalContractStore implements ContractStore {
  constructor(private readonly options: LocalOptions) {}

  put(service: ServiceIdentity, schemaId: string, document: string): Promise<void> {
    const { files, root } = this.options;
    const folder = join(contractsPath(root, service), pathStep(service.version));
    const name = contractFile(schemaId);
    return this.#guard(join(folder, name), async () => {
      await ensureRoot(files, root);
      if ((await files.read(join(folder, name))) === document) return;
      await files.makeDirectory(folder);
      // Instances of one version say the same thing; whose rename comes last does not matter.
      await writeWhole(files, folder, { name, temporary: `.${randomUUID()}.tmp`, text: document });
    });
  }

  get(query: ServiceQuery, schemaId: string): Promise<string | undefined> {
    const { files, root } = this.options;
    const folder = contractsPath(root, query);
    return this.#guard(folder, async () => {
      for (const version of await this.#versions(folder)) {
        const document = await files.read(join(folder, pathStep(version), contractFile(schemaId)));
        if (document !== undefined) return document;
      }
      return undefined;
    });
  }

  list(query: ServiceQuery): Promise<readonly string[]> {
    const { files, root } = this.options;
    const folder = contractsPath(root, query);
    return this.#guard(folder, async () => {
      const versions = await this.#versions(folder);
      const names = await Promise.all(versions.map((version) => files.list(join(folder, pathStep(version)))));
      const ids = names.flatMap((list) => (list ?? []).map(schemaIdOf)).filter((id) => id !== undefined);
      return [...new Set(ids)].sort();
    });
  }

  async close(): Promise<void> {}

  /** The versions that left contracts, the newest first. */
  async #versions(folder: string): Promise<readonly string[]> {
    const { files, root } = this.options;
    if (!(await checkRoot(files, root))) return [];
    const steps = (await files.list(folder)) ?? [];
    const versions = steps.map(textOfStep).filter((version) => version !== undefined);
    return versions.sort((a, b) => compareVersions(b, a));
  }

  async #guard<T>(path: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw ChassisError.is(error) ? error : unavailable(path, error);
    }
  }
}
