import { CommandError, USAGE } from '../command-error.js';
import { kebab } from '../project/names.js';

/** Words that no class, variable or folder of a project should be called. */
const TAKEN = new Set([
  'app',
  'main',
  'default',
  'index',
  'handlers',
  'object',
  'function',
  'constructor',
  'prototype',
  'node-modules',
]);

/**
 * The name of a part made of what was typed: `OrderItems` and `order items` become `order-items`.
 *
 * @throws CommandError for what cannot become the name of a class and of a file
 */
export function partName(typed: string | undefined): string {
  if (typed === undefined)
    throw new CommandError('generate: expected a name, as in "chassis generate schema books"', USAGE);
  const name = kebab(typed);
  const refuse = (why: string): never => {
    throw new CommandError(
      `generate: cannot call a part ${JSON.stringify(typed.slice(0, 80))}: ${why}; expected letters, digits and hyphens, such as "order-items"`,
      USAGE,
    );
  };
  if (!/^[A-Za-z0-9 _-]*$/.test(typed)) refuse('it has other characters in it');
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) refuse('it does not begin with a letter, or ends with a hyphen');
  if (name.length > 63) refuse('it is longer than 63 characters');
  if (TAKEN.has(name)) refuse('that name is taken');
  return name;
}
