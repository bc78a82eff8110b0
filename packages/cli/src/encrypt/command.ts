import { resolve } from 'node:path';
import { textOf, type Command, type Input } from '../command.js';
import { CommandError, messageOf, USAGE } from '../command-error.js';
import { ENTRY_USAGE } from '../load/entry-options.js';
import { loadApplication } from '../load/load-application.js';
import { keepOutput } from '../load/own-output.js';
import { entryOf } from '../project/entry.js';
import { findProject, type Project } from '../project/find-project.js';
import { readSecret } from './read-secret.js';

/** Encrypts a text so that it may be pasted into configuration. */
type Encrypt = (text: string) => Promise<string>;

/** The cipher that needs nothing but a key. */
const AES_GCM = 'aes-gcm';

/** `chassis encrypt`. */
export const encryptCommand: Command = {
  name: 'encrypt',
  summary: 'Encrypts a value for the configuration, typed or from standard input; opens no port',
  usage: ENTRY_USAGE,
  most: 1,
  options: {
    cipher: { type: 'string', value: 'name', description: 'the cipher; default: servicecomb.cipher.plugin' },
    'key-file': { type: 'string', value: 'file', description: 'use aes-gcm with these keys; loads no application' },
    'key-env': { type: 'string', value: 'name', description: 'use aes-gcm with the keys of this variable' },
  },
  examples: ['chassis encrypt', 'printf %s "$PASSWORD" | chassis encrypt --key-file /run/secrets/cipher-keys'],
  async run(input) {
    const project = findProject(input.terminal.cwd);
    const { encrypt, print, done } = hasKeys(input) ? byKeys(input, project) : await byApplication(input, project);
    try {
      await print(`${await encrypt(await readSecret(input.terminal))}\n`);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`encrypt: ${messageOf(error)}`, 1, { cause: error });
    } finally {
      await done();
    }
    return 0;
  },
};

interface Encryption {
  readonly encrypt: Encrypt;
  print(text: string): void | Promise<void>;
  done(): Promise<unknown>;
}

function hasKeys(input: Input): boolean {
  return textOf(input, 'key-file') !== undefined || textOf(input, 'key-env') !== undefined;
}

/** With the core of the project itself, so that it is the one that will decrypt. */
function byKeys(input: Input, { require, folder }: Project): Encryption {
  const cipher = textOf(input, 'cipher') ?? AES_GCM;
  const keyFile = textOf(input, 'key-file');
  const keyEnv = textOf(input, 'key-env');
  if (cipher !== AES_GCM)
    throw new CommandError(`encrypt: --key-file and --key-env are for ${AES_GCM}, got --cipher ${cipher}`, USAGE);
  if (keyFile !== undefined && keyEnv !== undefined)
    throw new CommandError('encrypt: expected --key-file or --key-env, got both', USAGE);
  const { aesGcm, encryptValue } = require('@ts-chassis/core') as Partial<typeof import('@ts-chassis/core')>;
  if (!aesGcm || !encryptValue)
    throw new CommandError(`the @ts-chassis/core of ${folder} is older than this command; install them in one version`);
  const made = aesGcm({
    ...(keyFile !== undefined && { keyFile: resolve(input.terminal.cwd, keyFile) }),
    ...(keyEnv !== undefined && { keyEnv }),
    environment: input.terminal.environment,
  });
  return {
    encrypt: (text) => encryptValue(text, { cipher: made, name: AES_GCM }),
    print: (text) => input.terminal.out(text),
    done: () => Promise.resolve(),
  };
}

/** With the ciphers and the configuration of the application. */
async function byApplication({ terminal, positionals, rest, ...input }: Input, project: Project): Promise<Encryption> {
  const entry = entryOf(project, terminal.cwd, positionals[0]);
  const output = keepOutput();
  const app = await loadApplication({ project, terminal, rest, entry });
  const said = input.values['cipher'];
  const chosen = app.config.get('servicecomb.cipher.plugin', 'default');
  const cipher = typeof said === 'string' ? said : chosen;
  if (cipher === 'default') {
    await app.stop();
    throw new CommandError(
      'encrypt: the cipher "default" leaves texts as they are; name another with --cipher or servicecomb.cipher.plugin',
      USAGE,
    );
  }
  return {
    encrypt: (text) => app.encryptValue(text, { cipher }),
    print: (text) => output.print(text),
    done: () => app.stop(),
  };
}
