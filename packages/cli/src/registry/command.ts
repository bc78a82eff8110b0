import { constants } from 'node:os';
import { resolve } from 'node:path';
import { CommandError, messageOf, USAGE } from '../command-error.js';
import { textOf, type Command, type Input } from '../command.js';
import { findProject } from '../project/find-project.js';
import { registryPackage, type RunningRegistry } from './registry-package.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `chassis registry`. */
export const registryCommand: Command = {
  name: 'registry',
  summary: 'Runs a registry like service-center on this machine, for development and tests alone',
  usage: '[options]',
  most: 0,
  options: {
    port: { type: 'string', short: 'p', value: 'number', description: 'default: 30100; 0 for a free one' },
    host: { type: 'string', value: 'address', description: 'default: 127.0.0.1, which is this machine alone' },
    file: { type: 'string', value: 'file', description: 'keep the state there; default: nowhere' },
  },
  examples: ['chassis registry', 'chassis registry --port 0 --file registry.json'],
  async run(input) {
    const { terminal } = input;
    const options = optionsOf(input);
    const { startDevRegistry } = registryPackage(findProject(terminal.cwd));
    let registry: RunningRegistry;
    try {
      registry = await startDevRegistry(options);
    } catch (cause) {
      throw new CommandError(`registry: ${messageOf(cause)}`, 1, { cause });
    }
    const end = untilEnded();
    terminal.out(`${registry.url}\n`);
    terminal.err('The registry listens, for development and tests alone; Ctrl-C ends it.\n');
    const code = await end;
    await registry.close();
    return code;
  },
};

function optionsOf(input: Input): { readonly port?: number; readonly host?: string; readonly file?: string } {
  const [host, file] = [textOf(input, 'host'), textOf(input, 'file')];
  const port = textOf(input, 'port');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw new CommandError(`registry: --port must be a number from 0 to 65535, got ${port}`, USAGE);
  return {
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
    ...(file === undefined ? {} : { file: resolve(input.terminal.cwd, file) }),
  };
}

/** Resolves to the exit code when the process is asked to end, which Ctrl-C does as it is meant to. */
function untilEnded(): Promise<number> {
  return new Promise((resolve) => {
    const onSignal = (signal: (typeof SIGNALS)[number]): void => {
      for (const other of SIGNALS) process.off(other, onSignal);
      resolve(signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
