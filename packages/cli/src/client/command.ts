import { resolve } from 'node:path';
import { CommandError, messageOf } from '../command-error.js';
import { switchOf, textOf, textsOf, type Command } from '../command.js';
import { keepOutput } from '../load/own-output.js';
import { findProject } from '../project/find-project.js';
import { grpcPackage } from '../proto/grpc-package.js';
import { writeWhole } from '../project/write-whole.js';

/** `chassis client`. */
export const clientCommand: Command = {
  name: 'client',
  summary: 'Makes a contract, a typed class to call through @Remote, of the .proto of a foreign service',
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
    service: { type: 'string', value: 'name', description: 'only this service; default: all of the file' },
    'keep-case': { type: 'boolean', description: 'keep book_id as it is; default: bookId' },
    out: { type: 'string', short: 'o', value: 'file', description: 'write it there; default: print it' },
  },
  examples: ['chassis client --proto proto/greeter.proto --out src/greeter.contract.ts'],
  async run(input) {
    const { terminal } = input;
    const output = keepOutput();
    const file = textOf(input, 'proto');
    if (file === undefined) throw new CommandError('name the file: chassis client --proto <file>');
    const folders = textsOf(input, 'include').map((folder) => resolve(terminal.cwd, folder));
    const service = textOf(input, 'service');
    const { contractText } = grpcPackage(findProject(terminal.cwd));
    let text: string;
    try {
      text = contractText(folders.length > 0 ? file : resolve(terminal.cwd, file), {
        ...(folders.length > 0 && { includeDirs: folders }),
        ...(service !== undefined && { service }),
        keepCase: switchOf(input, 'keep-case') ?? false,
      });
    } catch (cause) {
      throw new CommandError(messageOf(cause), 1, { cause });
    }
    const out = textOf(input, 'out');
    if (out === undefined) await output.print(text);
    else writeWhole(resolve(terminal.cwd, out), text);
    return 0;
  },
};
