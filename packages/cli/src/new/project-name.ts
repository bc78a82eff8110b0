import { builtinModules } from 'node:module';
import { CommandError, USAGE } from '../command-error.js';
import { kebab } from '../project/names.js';

/** What a name in the registries and the DNS may have at most. */
const LONGEST = 63;

/** Names that packages or folders cannot have. */
const RESERVED = new Set([
  ...builtinModules.map((name) => name.replace(/^node:/, '')),
  ...['node-modules', 'con', 'prn', 'aux', 'nul', 'test', 'ts-chassis', 'create-ts-chassis'],
  ...Array.from({ length: 9 }, (_, index) => [`com${index + 1}`, `lpt${index + 1}`]).flat(),
]);

/**
 * The name of a project made of what was typed: capitals and spaces are turned into small letters and hyphens.
 *
 * @throws CommandError for what cannot become the name of a package, a folder and a service
 */
export function projectName(typed: string): string {
  const refuse = (why: string): never => {
    const shown = typed.length > 80 ? `${typed.slice(0, 60)}... (${typed.length} characters)` : typed;
    throw new CommandError(
      `cannot call a project ${JSON.stringify(shown)}: ${why}; expected small letters, digits and hyphens, such as "my-service"`,
      USAGE,
    );
  };
  const text = typed.trim();
  if (text === '') refuse('it is empty');
  if (/[/\\]/.test(text) || text === '.' || text === '..')
    refuse('it is a path, and a name is wanted (the folder is chosen by --dir)');
  if (/^[._]/.test(text)) refuse(`it begins with "${text.charAt(0)}"`);
  const odd = /[^A-Za-z0-9 _-]/u.exec(text)?.[0];
  if (odd !== undefined) refuse(`it has ${JSON.stringify(odd)} in it`);
  const name = kebab(text);
  if (!/^[a-z]/.test(name)) refuse('it does not begin with a letter');
  if (name.endsWith('-')) refuse('it ends with a hyphen');
  if (name.length > LONGEST) refuse(`it has ${name.length} characters, at most ${LONGEST} fit`);
  if (RESERVED.has(name)) refuse('that name is taken by Node.js, npm or the operating system');
  return name;
}
