import { nearest } from '../arguments/nearest.js';
import { switchOf, textOf, type Command, type Input } from '../command.js';
import { CommandError, USAGE } from '../command-error.js';
import { JSON_OPTION } from '../load/entry-options.js';
import { loadApplication } from '../load/load-application.js';
import { keepOutput } from '../load/own-output.js';
import { entryOf } from '../project/entry.js';
import { findProject } from '../project/find-project.js';
import { VIEWS, type Filter, type View } from './views.js';

/** `chassis inspect`. */
export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Shows what the application is made of: its routes, its chains, its configuration; opens no port',
  usage: 'routes|chain|config [entry] [options] [-- arguments of the program]',
  most: 2,
  options: {
    ...JSON_OPTION,
    all: { type: 'boolean', short: 'a', description: "the framework's own endpoints and the defaults too" },
    search: { type: 'string', short: 's', value: 'text', description: 'only operations, paths or keys with it' },
    side: { type: 'string', choices: ['provider', 'consumer', 'method'], description: 'only chains of that side' },
  },
  examples: [
    'chassis inspect routes',
    'chassis inspect chain --search books.find',
    'chassis inspect config --all --json',
  ],
  async run(input) {
    const [what, entry] = input.positionals;
    const view = viewOf(what);
    const { terminal, rest } = input;
    const output = keepOutput();
    const project = findProject(terminal.cwd);
    const app = await loadApplication({ project, terminal, rest, entry: entryOf(project, terminal.cwd, entry) });
    const inspection = app.inspect();
    await app.stop();
    const filter = filterOf(input);
    const text =
      switchOf(input, 'json') === true
        ? `${JSON.stringify(view.data(inspection, filter), null, 2)}\n`
        : view.text(inspection, filter);
    await output.print(text);
    return 0;
  },
};

function viewOf(what: string | undefined): View {
  const view = what !== undefined && Object.hasOwn(VIEWS, what) ? VIEWS[what] : undefined;
  if (view) return view;
  const names = Object.keys(VIEWS);
  const meant = what === undefined ? undefined : nearest(what, names);
  throw new CommandError(
    `inspect: expected ${names.join(', ')}${what === undefined ? '' : `, got "${what}"`}${meant ? `; did you mean ${meant}?` : ''}`,
    USAGE,
  );
}

function filterOf(input: Input): Filter {
  const search = textOf(input, 'search');
  const side = textOf(input, 'side');
  return {
    all: switchOf(input, 'all') === true,
    ...(search !== undefined && { search }),
    ...(side !== undefined && { side }),
  };
}
