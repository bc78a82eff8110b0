import Module from 'node:module';
import type { Command, Input } from '../command.js';
import { isTypeScript, registerTypeScript } from '../load/register-typescript.js';
import { findProject } from '../project/find-project.js';
import { realTimers } from '../time/timers.js';

/** What {@link heldCommand} is told when it may begin. */
export const GO = 'go';

/** How long a program has to end in order when its supervisor is gone, in milliseconds. */
const ORPHAN_GRACE_MS = 5000;

/**
 * The hidden command that `chassis dev` starts the user's program with. It loads the compiler first and waits for the word to begin, so that
 * a new program is ready by the time the old one has ended. When whoever started it is gone, the program ends.
 */
export const heldCommand: Command = {
  name: 'held',
  summary: 'Runs a program when its supervisor says so',
  usage: '<entry> [-- arguments]',
  most: 1,
  options: {},
  hidden: true,
  run: (input) => new Promise(() => hold(input)),
};

function hold({ terminal, positionals: [entry = ''], rest }: Input): void {
  let running = false;
  process.once('disconnect', () => (running ? endOrphan() : process.exit(1)));
  process.argv = [process.argv[0] ?? 'node', entry, ...rest];
  if (isTypeScript(entry)) registerTypeScript(findProject(terminal.cwd));
  process.once('message', (word) => {
    if (word !== GO) return;
    running = true;
    // The program itself decides how long the process lives.
    process.channel?.unref();
    (Module as unknown as { runMain(main: string): void }).runMain(entry);
  });
}

/** As `docker stop` would: asked first, then ended. */
function endOrphan(): void {
  realTimers.after(ORPHAN_GRACE_MS, () => process.exit(1));
  process.kill(process.pid, 'SIGTERM');
}
