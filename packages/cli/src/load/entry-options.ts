import type { Option } from '../command.js';

/** Words in the help of commands that load an application. */
export const ENTRY_USAGE = '[entry] [options] [-- arguments of the program]';

/** The option that prints plain data. */
export const JSON_OPTION: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', description: 'print JSON' },
};
