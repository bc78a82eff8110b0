import { constants } from 'node:os';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { switchOf, textOf, textsOf, type Command, type Input } from '../command.js';
import { CommandError, messageOf, USAGE } from '../command-error.js';
import { isTypeScript, requireTsNode } from '../load/register-typescript.js';
import { entryOf } from '../project/entry.js';
import { findProject, type Project } from '../project/find-project.js';
import { realTimers } from '../time/timers.js';
import { Debounce } from './debounce.js';
import { listenToKeys } from './keys.js';
import { loadProgram } from './program.js';
import { Supervisor } from './supervisor.js';
import { checkTypes } from './type-check.js';
import { watchFiles } from './watch.js';
import { isScript, watchParent } from './watch-parent.js';

/** How long nothing must change before the program is started anew, in milliseconds. */
const QUIET_MS = 60;

const GRACE_MS = 5000;

/** `chassis dev`. */
export const devCommand: Command = {
  name: 'dev',
  summary: 'Runs the application and starts it anew when its sources change',
  usage: '[entry] [options] [-- arguments of the program]',
  most: 1,
  options: {
    watch: {
      ...{ type: 'string', short: 'w', value: 'path', multiple: true },
      description: 'watch that too; conf/ need not be: it is followed by the running application',
    },
    typecheck: { type: 'boolean', description: 'check types beside it, on every change' },
    grace: { type: 'string', value: 'ms', description: `how long it may take to end; default: ${GRACE_MS}` },
    node: { type: 'string', value: 'option', multiple: true, description: 'an option of Node.js, such as --inspect' },
  },
  examples: [
    'chassis dev',
    'chassis dev --typecheck',
    'chassis dev src/orders/main.ts --node=--inspect -- --shop.discount=5',
  ],
  async run(input) {
    const { terminal, positionals } = input;
    const project = findProject(terminal.cwd);
    const entry = entryOf(project, terminal.cwd, positionals[0]);
    if (isTypeScript(entry)) requireTsNode(project);
    return new Development(input, project, entry).run();
  },
};

class Development {
  readonly #supervisor: Supervisor;
  readonly #debounce: Debounce;
  #finish!: (code: number) => void;
  readonly #finished = new Promise<number>((resolve) => (this.#finish = resolve));

  constructor(
    private readonly input: Input,
    private readonly project: Project,
    private readonly entry: string,
  ) {
    this.#supervisor = new Supervisor({
      load: () => this.#load(),
      graceMs: graceOf(input),
      timers: realTimers,
      say: (line) => this.#say(line),
    });
    this.#debounce = new Debounce(QUIET_MS, realTimers, (paths) => this.#changed(paths));
  }

  async run(): Promise<number> {
    const stopChecking = switchOf(this.input, 'typecheck') === true ? checkTypes(this.project) : undefined;
    const stopListening = this.#listen();
    const watcher = await watchFiles({
      paths: this.#watched(),
      changed: (path) => this.#sign(path),
      failed: (error) => this.#say(`cannot watch: ${messageOf(error)}`),
    });
    void this.#supervisor.restart();
    const code = await this.#finished;
    this.#debounce.cancel();
    stopChecking?.();
    await Promise.all([watcher.close(), this.#supervisor.close()]);
    stopListening();
    return code;
  }

  #load() {
    const { terminal, rest } = this.input;
    return loadProgram({
      entry: this.entry,
      cwd: terminal.cwd,
      node: textsOf(this.input, 'node'),
      rest,
      // Nobody but the developer notices that it leaves: no time is given to consumers to see it.
      environment: { SERVICECOMB_LIFECYCLE_DRAINDELAY: '0ms', ...terminal.environment },
      input: !terminal.interactive,
    });
  }

  #watched(): readonly string[] {
    const { terminal } = this.input;
    const named = textsOf(this.input, 'watch').map((path) => resolve(terminal.cwd, path));
    const missing = named.find((path) => !existsSync(path));
    if (missing !== undefined) throw new CommandError(`dev: --watch: ${missing} is not there`, USAGE);
    const sources = join(this.project.folder, 'src');
    const own = this.entry.startsWith(sources) ? sources : dirname(this.entry);
    return [own, ...settings(this.project).filter((file) => existsSync(file)), ...named];
  }

  #sign(path: string): void {
    // What is loaded ahead has read the settings already.
    if (settings(this.project).includes(path)) this.#supervisor.forget();
    this.#supervisor.expect();
    this.#debounce.add(path);
  }

  #changed(paths: readonly string[]): void {
    const [first = ''] = paths;
    const others = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
    this.#say(`${relative(this.project.folder, first)}${others} changed; starting anew`);
    void this.#supervisor.restart();
  }

  /** Keys, signals and the death of the parent; the result listens no more. */
  #listen(): () => void {
    const onSignal = (signal: NodeJS.Signals): void => {
      this.#finish(signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]);
      if (this.#asked) this.#supervisor.kill();
      this.#asked = true;
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, onSignal);
    const onExit = (): void => this.#supervisor.kill();
    process.on('exit', onExit);
    const keys = this.input.terminal.interactive
      ? listenToKeys(process.stdin, {
          restart: () => void this.#supervisor.restart(),
          quit: () => onSignal('SIGINT'),
        })
      : undefined;
    if (keys) this.#say('r starts anew, q ends');
    const stopWatching = isScript(this.input.terminal.environment)
      ? watchParent({
          parent: () => process.ppid,
          timers: realTimers,
          // As if it had been told, which its parent failed to do.
          gone: () => onSignal('SIGTERM'),
        })
      : undefined;
    return () => {
      keys?.();
      stopWatching?.();
      for (const signal of signals) process.off(signal, onSignal);
      process.off('exit', onExit);
    };
  }

  #asked = false;

  #say(line: string): void {
    this.input.terminal.err(`chassis dev: ${line}\n`);
  }
}

/** What the compiler and Node.js read before the program. */
function settings({ folder }: Project): readonly string[] {
  return ['package.json', 'tsconfig.json'].map((name) => join(folder, name));
}

function graceOf(input: Input): number {
  const text = textOf(input, 'grace');
  if (text === undefined) return GRACE_MS;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new CommandError(`dev: --grace: expected milliseconds, got "${text}"`, USAGE);
}
