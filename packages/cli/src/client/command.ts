import { resolve } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';
import { switchOf, textOf, textsOf, type Command, type Input } from '../command.js';
import { keepOutput } from '../load/own-output.js';
import { findProject } from '../project/find-project.js';
import { grpcPackage } from '../proto/grpc-package.js';
import { writeWhole } from '../project/write-whole.js';
import { openApiContract } from './openapi/openapi-contract.js';

/** `chassis client`. */
export const clientCommand: Command = {
  name: 'client',
  summary: 'Makes a contract, a typed class to call through @Remote, of a .proto, an OpenAPI file or a registry',
  usage: '',
  most: 0,
  options: {
    proto: { type: 'string', value: 'file', description: 'the .proto' },
    include: {
      type: 'string',
      value: 'folder',
      multiple: true,
      description: 'where it and its imports are looked for',
    },
    service: {
      ...{ type: 'string', value: 'name' },
      description: 'of a .proto only this service, default: all of the file; of a registry whose contracts',
    },
    openapi: { type: 'string', value: 'file', description: 'an OpenAPI 2.0 document, YAML or JSON' },
    registry: { type: 'string', value: 'address', description: 'a service-center, such as http://127.0.0.1:30100' },
    app: { type: 'string', value: 'name', description: 'of a registry: its application; default: default' },
    environment: { type: 'string', value: 'name', description: 'of a registry: its environment; default: none' },
    schema: {
      type: 'string',
      value: 'id',
      description: 'of a registry: only this schema; of a file: what it is called',
    },
    'keep-case': { type: 'boolean', description: 'keep book_id as it is; default: bookId' },
    out: { type: 'string', short: 'o', value: 'file', description: 'write it there; default: print it' },
  },
  examples: [
    'chassis client --proto proto/greeter.proto --out src/greeter.contract.ts',
    'chassis client --registry http://127.0.0.1:30100 --service catalog --out src/catalog.contract.ts',
  ],
  async run(input) {
    const { terminal } = input;
    const output = keepOutput();
    const text = (await openApiContract(input, () => findProject(terminal.cwd))) ?? protoContract(input);
    const out = textOf(input, 'out');
    if (out === undefined) await output.print(text);
    else writeWhole(resolve(terminal.cwd, out), text);
    return 0;
  },
};

function protoContract(input: Input): string {
  const { terminal } = input;
  const file = textOf(input, 'proto');
  if (file === undefined)
    throw new CommandError('name what it is made of: --proto <file>, --openapi <file>, or --registry <address>');
  const folders = textsOf(input, 'include').map((folder) => resolve(terminal.cwd, folder));
  const service = textOf(input, 'service');
  const { contractText } = grpcPackage(findProject(terminal.cwd));
  try {
    return contractText(folders.length > 0 ? file : resolve(terminal.cwd, file), {
      ...(folders.length > 0 && { includeDirs: folders }),
      ...(service !== undefined && { service }),
      keepCase: switchOf(input, 'keep-case') ?? false,
    });
  } catch (cause) {
    throw new CommandError(messageOf(cause), 1, { cause });
  }
}
