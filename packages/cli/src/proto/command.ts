import { relative, resolve } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';
import { switchOf, textOf, textsOf, type Command, type Input } from '../command.js';
import { ENTRY_USAGE } from '../load/entry-options.js';
import { loadApplication } from '../load/load-application.js';
import { keepOutput } from '../load/own-output.js';
import { entryOf } from '../project/entry.js';
import { findProject, type Project } from '../project/find-project.js';
import { grpcPackage } from './grpc-package.js';
import { withLockAside } from './lock-aside.js';
import { writeWhole } from '../project/write-whole.js';

const LOCK = 'conf/grpc.lock.json';

/** `chassis proto`. */
export const protoCommand: Command = {
  name: 'proto',
  summary: 'Prints the .proto of the classes with @Rpc, or writes it and its lock file; opens no port',
  usage: ENTRY_USAGE,
  most: 1,
  options: {
    write: { type: 'boolean', description: 'write the files and the lock file instead' },
    out: { type: 'string', short: 'o', value: 'folder', description: 'where the files go; default: proto' },
    lock: { type: 'string', value: 'file', description: `the lock file; default: ${LOCK}` },
    skip: { type: 'string', value: 'service', multiple: true, description: 'a service whose .proto is given' },
    'accept-breaking': { type: 'boolean', description: 'take changes that break programs built before' },
  },
  examples: ['chassis proto > catalog.proto', 'chassis proto --write', 'chassis proto --write --accept-breaking'],
  async run(input) {
    const { terminal } = input;
    const output = keepOutput();
    const project = findProject(terminal.cwd);
    const lock = resolve(terminal.cwd, textOf(input, 'lock') ?? LOCK);
    const accepts = switchOf(input, 'accept-breaking') ?? false;
    const load = async (): Promise<readonly unknown[]> => schemasOf(input, project);
    const schemas = accepts ? await withLockAside(lock, load) : await load();
    const made = filesOf(project, schemas, { lock, acceptBreaking: accepts, skip: textsOf(input, 'skip') });
    if (!switchOf(input, 'write')) {
      await output.print(made.files.map(({ text }) => text).join('\n'));
      return 0;
    }
    const folder = resolve(terminal.cwd, textOf(input, 'out') ?? 'proto');
    for (const { name, text } of made.files) writeWhole(resolve(folder, name), text);
    writeWhole(lock, made.lock);
    const written = [...made.files.map(({ name }) => resolve(folder, name)), lock];
    await output.print(written.map((file) => `${relative(terminal.cwd, file)}\n`).join(''));
    return 0;
  },
};

async function schemasOf({ terminal, positionals, rest }: Input, project: Project): Promise<readonly unknown[]> {
  const entry = entryOf(project, terminal.cwd, positionals[0]);
  const app = await loadApplication({ project, terminal, rest, entry });
  const { schemas } = app;
  await app.stop();
  return schemas;
}

type Made = ReturnType<ReturnType<typeof grpcPackage>['protoFiles']>;

function filesOf(
  project: Project,
  schemas: readonly unknown[],
  options: { readonly lock: string; readonly acceptBreaking: boolean; readonly skip: readonly string[] },
): Made {
  const { protoFiles } = grpcPackage(project);
  let made: Made;
  try {
    made = protoFiles(schemas, options);
  } catch (cause) {
    throw new CommandError(messageOf(cause), 1, { cause });
  }
  if (made.files.length === 0) throw new CommandError('the application serves no method with @Rpc');
  return made;
}
