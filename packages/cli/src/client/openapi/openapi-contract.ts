import { readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { CommandError, messageOf } from '../../command-error.js';
import { textOf, type Input } from '../../command.js';
import type { Project } from '../../project/find-project.js';
import { realTimers } from '../../time/timers.js';
import { contractOfOpenApi } from './contract-of-openapi.js';
import { storedContracts } from './stored-contracts.js';

/** What is needed of the framework, whose copy is the project's. */
interface Core {
  readConfigText(text: string, format: 'yaml' | 'json'): Promise<{ readonly value: unknown }>;
  compareVersions(a: string, b: string): number;
}

/** The variable that a token for the registry stands in, so that it is in no list of processes. */
const TOKEN = 'CHASSIS_REGISTRY_TOKEN';

/**
 * The contract of `--openapi <file>`, or of `--registry <address> --service <name>`; undefined when neither is given.
 *
 * @throws CommandError when there is nothing to make it of
 */
export async function openApiContract(input: Input, project: () => Project): Promise<string | undefined> {
  const texts = await textsFor(input, project);
  if (!texts) return undefined;
  const { readConfigText } = coreOf(project());
  const wanted = textOf(input, 'schema');
  const chosen = wanted === undefined ? [...texts] : [...texts].filter(([id]) => id === wanted);
  if (chosen.length === 0)
    throw new CommandError(`client: there is no contract "${wanted}", there are ${[...texts.keys()].join(', ')}`);
  const documents = new Map<string, unknown>();
  for (const [id, text] of chosen) {
    try {
      const { value } = await readConfigText(text, /^\s*\{/.test(text) ? 'json' : 'yaml');
      documents.set(id, value);
    } catch (cause) {
      throw new CommandError(`client: the contract "${id}" cannot be read: ${messageOf(cause)}`, 1, { cause });
    }
  }
  return contractOfOpenApi(documents);
}

async function textsFor(input: Input, project: () => Project): Promise<ReadonlyMap<string, string> | undefined> {
  const { terminal } = input;
  const file = textOf(input, 'openapi');
  const registry = textOf(input, 'registry');
  if (file !== undefined) {
    const path = resolve(terminal.cwd, file);
    try {
      return new Map([[textOf(input, 'schema') ?? basename(path, extname(path)), readFileSync(path, 'utf8')]]);
    } catch (cause) {
      throw new CommandError(`client: ${messageOf(cause)}`, 1, { cause });
    }
  }
  if (registry === undefined) return undefined;
  const service = textOf(input, 'service');
  if (service === undefined)
    throw new CommandError('client: name whose contracts: --registry <address> --service <name>', 2);
  return storedContracts({
    ...{ registry, service, timers: realTimers },
    app: textOf(input, 'app') ?? 'default',
    environment: textOf(input, 'environment') ?? '',
    token: terminal.environment[TOKEN],
    compareVersions: coreOf(project()).compareVersions,
  });
}

function coreOf(project: Project): Core {
  try {
    return project.require('@ts-chassis/core') as Core;
  } catch (cause) {
    throw new CommandError(`${project.folder} has no @ts-chassis/core; npm install @ts-chassis/core`, 1, { cause });
  }
}
