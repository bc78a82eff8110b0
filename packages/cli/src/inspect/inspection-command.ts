import type { Command } from '../command.js';
import { loadApplication } from '../load/load-application.js';
import { keepOutput } from '../load/own-output.js';
import { findProject } from '../project/find-project.js';

/** The hidden command by which `chassis doctor` looks at the application in a process of its own; the entry is absolute. */
export const inspectionCommand: Command = {
  name: 'inspection',
  summary: 'Prints the whole inspection of an application as JSON',
  usage: '<entry>',
  most: 1,
  options: {},
  hidden: true,
  async run({ terminal, positionals: [entry = ''], rest }) {
    const output = keepOutput();
    const app = await loadApplication({ project: findProject(terminal.cwd), terminal, rest, entry });
    const inspection = app.inspect();
    await app.stop();
    await output.print(JSON.stringify(inspection));
    return 0;
  },
};
