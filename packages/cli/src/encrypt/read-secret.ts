import { CommandError, USAGE } from '../command-error.js';
import type { Terminal } from '../terminal.js';

/**
 * The secret: typed without echo where somebody can be asked, else all of standard input without the end of its last line. Never an argument: those
 * stand in the history of the shell and in lists of processes.
 */
export async function readSecret(terminal: Terminal): Promise<string> {
  const secret = terminal.interactive ? await ask() : await piped(terminal);
  if (secret !== '') return secret;
  throw new CommandError('encrypt: expected the value on standard input, got none', USAGE);
}

async function ask(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const typed = await password({ message: 'Which value is to be encrypted?', mask: '', output: process.stderr });
  if (isCancel(typed)) throw new CommandError('encrypt: cancelled', 130);
  return typed;
}

async function piped({ input }: Terminal): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes))
    throw new CommandError('encrypt: expected text in UTF-8 on standard input, got other bytes', USAGE);
  return text.replace(/\r?\n$/, '');
}
