import { helpOf, overview } from './arguments/help.js';
import { nearest } from './arguments/nearest.js';
import { parse } from './arguments/parse.js';
import type { Command } from './command.js';
import { CommandError, messageOf, USAGE } from './command-error.js';
import { COMMANDS } from './commands.js';
import { ownVersion } from './own-package.js';
import { processTerminal, type Terminal } from './terminal.js';

/**
 * Runs the command line. Never rejects and never exits the process; what went wrong is told on standard error.
 *
 * @param words - what was typed behind `chassis`
 * @param terminal - parts of the process that stand in for its own; `importModule` is wanted for projects of ES modules
 * @returns the exit code: 0, 1 when the work failed, 2 when it was asked for wrongly, 128 + n after signal n
 *
 * @example
 * ```ts
 * process.exitCode = await main(['inspect', 'routes', '--json']);
 * ```
 */
export async function main(words: readonly string[], terminal: Partial<Terminal> = {}): Promise<number> {
  const full = { ...processTerminal((specifier) => import(specifier)), ...terminal };
  try {
    return await dispatch(words, full);
  } catch (error) {
    if (error instanceof CommandError) {
      full.err(`chassis: ${words.includes('--verbose') ? (error.stack ?? error.message) : error.message}\n`);
      return error.exitCode;
    }
    full.err(
      words.includes('--verbose') && error instanceof Error
        ? `chassis: ${error.stack}\n`
        : `chassis: ${messageOf(error)}\n(--verbose shows where)\n`,
    );
    return 1;
  }
}

async function dispatch([name, ...words]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.err(overview(COMMANDS, ownVersion()));
    return USAGE;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(`${ownVersion()}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(words[0] === undefined ? overview(COMMANDS, ownVersion()) : helpOf(commandOf(words[0])));
    return 0;
  }
  const command = commandOf(name);
  const input = parse(command, words);
  if (input.values['help'] === true) {
    terminal.out(helpOf(command));
    return 0;
  }
  return command.run({ ...input, terminal });
}

function commandOf(name: string): Command {
  const command = COMMANDS.find((one) => one.name === name || one.alias === name);
  if (command) return command;
  const names = COMMANDS.filter(({ hidden }) => !hidden).flatMap((one) => [
    one.name,
    ...(one.alias ? [one.alias] : []),
  ]);
  const meant = nearest(name, names);
  const what = name.startsWith('-') ? 'option' : 'command';
  throw new CommandError(
    `unknown ${what} ${name}${meant ? `; did you mean ${meant}?` : ''}\nRun "chassis --help" for what there is.`,
    USAGE,
  );
}
