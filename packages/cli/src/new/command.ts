import { resolve } from 'node:path';
import { switchOf, textOf, type Command, type Input } from '../command.js';
import { CommandError, messageOf, USAGE } from '../command-error.js';
import { ownVersion } from '../own-package.js';
import { ask } from './ask.js';
import { install } from './install.js';
import { interruptible, Interrupted } from './interruption.js';
import { packedPackages } from './packed-packages.js';
import { projectName } from './project-name.js';
import { PACKAGE_MANAGERS, SAMPLES, type PackageManager, type ProjectOptions, type Sample } from './project-options.js';
import { StagedFolder } from './staged-folder.js';
import { projectFiles } from './template/project-files.js';
import { writeFiles } from '../project/write-files.js';

/** `chassis new`. */
export const newCommand: Command = {
  name: 'new',
  summary: 'Makes a new project and installs it; asks for what is not said, on a terminal',
  usage: '[name] [options]',
  most: 1,
  options: {
    dir: { type: 'string', short: 'd', value: 'folder', description: 'where it goes; default: the name' },
    sample: { type: 'string', choices: SAMPLES, description: 'what it begins with; default: minimal' },
    metrics: { type: 'boolean', negatable: true, description: 'metrics for Prometheus; default: yes' },
    tracing: { type: 'boolean', negatable: true, description: 'traces for Zipkin; default: yes' },
    esm: { type: 'boolean', description: 'ES modules instead of CommonJS' },
    'package-manager': {
      type: 'string',
      choices: PACKAGE_MANAGERS,
      description: 'default: the one that runs this, else npm',
    },
    install: { type: 'boolean', negatable: true, description: 'install the packages; default: yes' },
    yes: { type: 'boolean', short: 'y', description: 'ask nothing, take the defaults' },
    packages: {
      type: 'string',
      value: 'folder',
      description: 'take the packages of ts-chassis from the .tgz files there; also CHASSIS_PACKAGES',
    },
  },
  examples: ['chassis new', 'chassis new orders --sample crud --yes', 'chassis new orders --no-tracing --no-install'],
  async run(input) {
    const options = await optionsOf(input);
    if (options === 'cancelled') return 130;
    try {
      return await interruptible((signal) => make(options, input, signal));
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      input.terminal.err(`chassis: interrupted; nothing is left of ${options.folder}\n`);
      return error.exitCode;
    }
  },
};

async function optionsOf(input: Input): Promise<ProjectOptions | 'cancelled'> {
  const { terminal, positionals } = input;
  const asking = terminal.interactive && switchOf(input, 'yes') !== true;
  const typed = {
    name: positionals[0],
    sample: textOf(input, 'sample') as Sample | undefined,
    metrics: switchOf(input, 'metrics'),
    tracing: switchOf(input, 'tracing'),
  };
  if (typed.name !== undefined) projectName(typed.name);
  const anything = typed.sample !== undefined || typed.metrics !== undefined || typed.tracing !== undefined;
  const answers = asking && !anything ? await ask(typed) : typed;
  if (answers === 'cancelled') return answers;
  if (answers.name === undefined)
    throw new CommandError('new: expected the name of the project, as in "chassis new my-service"', USAGE);
  const name = projectName(answers.name);
  if (name !== answers.name.trim()) terminal.err(`chassis: the project is called ${name}\n`);
  const packages = textOf(input, 'packages') ?? terminal.environment['CHASSIS_PACKAGES'];
  return {
    name,
    folder: resolve(terminal.cwd, textOf(input, 'dir') ?? name),
    sample: answers.sample ?? 'minimal',
    metrics: answers.metrics ?? true,
    tracing: answers.tracing ?? true,
    esm: switchOf(input, 'esm') ?? false,
    packageManager: (textOf(input, 'package-manager') as PackageManager | undefined) ?? callerOf(terminal.environment),
    install: switchOf(input, 'install') ?? true,
    ...(packages && { packages: resolve(terminal.cwd, packages) }),
  };
}

/** The package manager that runs this program, as it says itself. */
function callerOf({ npm_config_user_agent: agent = '' }: NodeJS.ProcessEnv): PackageManager {
  return PACKAGE_MANAGERS.find((manager) => agent.startsWith(`${manager}/`)) ?? 'npm';
}

async function make(options: ProjectOptions, { terminal }: Input, signal: AbortSignal): Promise<number> {
  const { folder, packageManager } = options;
  const version = ownVersion();
  const files = projectFiles(options, options.packages ? packedPackages(options.packages) : () => `~${version}`);
  const staged = new StagedFolder(folder);
  let failure: string | undefined;
  try {
    writeFiles(staged.path, files);
    if (options.install) {
      terminal.err(`chassis: installing the packages with ${packageManager} ...\n`);
      await install(staged.path, packageManager, signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        failure = messageOf(error);
        staged.remove('node_modules');
      });
    }
    // A signal whose turn has not come yet must not find a finished project.
    await new Promise(setImmediate);
    signal.throwIfAborted();
    staged.commit();
  } catch (error) {
    staged.discard();
    throw error;
  }
  terminal.err(failure === undefined ? whatNext(options, terminal.cwd) : notInstalled(options, failure));
  return failure === undefined ? 0 : 1;
}

function whatNext({ name, folder, install: installed, packageManager, sample }: ProjectOptions, cwd: string): string {
  const run = packageManager === 'npm' ? 'npm run' : packageManager;
  const steps = [
    ...(folder === cwd ? [] : [`cd ${folder.startsWith(`${cwd}/`) ? folder.slice(cwd.length + 1) : folder}`]),
    ...(installed ? [] : [`${packageManager} install`]),
    `${run} dev`,
    `curl http://127.0.0.1:8080/${sample === 'crud' ? 'notes' : 'greetings/Ada'}`,
  ];
  return `chassis: ${name} is made. Next:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

function notInstalled({ folder, packageManager }: ProjectOptions, failure: string): string {
  return `chassis: ${failure}\nThe files of the project are in ${folder}; its packages are not installed: run ${packageManager} install there.\n`;
}
