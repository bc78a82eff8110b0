import { resolve } from 'node:path';
import { textOf, type Command } from '../command.js';
import { ENTRY_USAGE } from '../load/entry-options.js';
import { loadApplication } from '../load/load-application.js';
import { keepOutput } from '../load/own-output.js';
import { entryOf } from '../project/entry.js';
import { findProject } from '../project/find-project.js';
import { writeWhole } from '../project/write-whole.js';

/** `chassis openapi`. */
export const openApiCommand: Command = {
  name: 'openapi',
  summary: 'Prints the OpenAPI document of the application; opens no port',
  usage: ENTRY_USAGE,
  most: 1,
  options: {
    format: { type: 'string', choices: ['2', '3.1'], description: 'the version of OpenAPI; default: 3.1' },
    out: { type: 'string', short: 'o', value: 'file', description: 'write it there instead' },
    listener: { type: 'string', value: 'name', description: 'only what this listener serves; default: everything' },
  },
  examples: ['chassis openapi > openapi.json', 'chassis openapi --format 2 --listener rest --out docs/api.json'],
  async run(input) {
    const { terminal, positionals, rest } = input;
    const output = keepOutput();
    const project = findProject(terminal.cwd);
    const app = await loadApplication({
      project,
      terminal,
      rest,
      entry: entryOf(project, terminal.cwd, positionals[0]),
    });
    const listener = textOf(input, 'listener');
    const document = app.document({
      version: (textOf(input, 'format') ?? '3.1') as '2' | '3.1',
      ...(listener !== undefined && { listener }),
    });
    await app.stop();
    const text = `${JSON.stringify(document, null, 2)}\n`;
    const out = textOf(input, 'out');
    if (out === undefined) await output.print(text);
    else writeWhole(resolve(terminal.cwd, out), text);
    return 0;
  },
};
