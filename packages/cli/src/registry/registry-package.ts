import { CommandError, messageOf } from '../command-error.js';
import type { Project } from '../project/find-project.js';

const NAME = '@ts-chassis/servicecomb/dev-registry';

/** What the command needs of the package, whose copy is the project's. */
export interface RegistryPackage {
  startDevRegistry(options: {
    readonly port?: number;
    readonly host?: string;
    readonly file?: string;
  }): Promise<RunningRegistry>;
}

/** A registry that runs. */
export interface RunningRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws CommandError when it is not installed */
export function registryPackage({ require, folder }: Project): RegistryPackage {
  try {
    require.resolve(NAME);
  } catch (cause) {
    throw new CommandError(`${folder} has no @ts-chassis/servicecomb; npm install -D @ts-chassis/servicecomb`, 1, {
      cause,
    });
  }
  try {
    return require(NAME) as RegistryPackage;
  } catch (cause) {
    throw new CommandError(`registry: ${NAME} does not load: ${messageOf(cause)}`, 1, { cause });
  }
}
