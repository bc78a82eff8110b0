import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret } from './read-secret.js';
import { processTerminal, type Terminal } from '../terminal.js';
import { main } from '../main.js';

function piping(...chunks: (string | Uint8Array)[]): Terminal {
  async function* input(): AsyncIterable<string | Uint8Array> {
    yield* chunks;
  }
  return { ...processTerminal((specifier) => import(specifier)), interactive: false, input: input() };
}

describe('the value that is read', () => {
  it.each([
    [['hunter2'], 'hunter2'],
    [['hunter2\n'], 'hunter2'],
    [['two\nlines\r\n'], 'two\nlines'],
    [['\n\n'], '\n'],
    [[' é', Buffer.from([0xc3]), Buffer.from([0xa9])], ' éé'],
  ])('%j', async (chunks, value) => {
    expect(await readSecret(piping(...chunks))).toBe(value);
  });

  it('has to be there, and text', async () => {
    await expect(readSecret(piping())).rejects.toThrow('expected the value on standard input, got none');
    await expect(readSecret(piping('\n'))).rejects.toThrow('got none');
    await expect(readSecret(piping(Buffer.from([0xff])))).rejects.toThrow('expected text in UTF-8');
  });
});

describe('chassis encrypt', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chassis-encrypt-'));
    writeFileSync(join(folder, 'package.json'), '{}');
    symlinkSync(join(__dirname, '../../../../node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    [['--key-file', 'keys', '--cipher', 'vault'], 'are for aes-gcm, got --cipher vault'],
    [['--key-file', 'keys', '--key-env', 'KEYS'], 'expected --key-file or --key-env, got both'],
    [[], 'found no main file'],
  ])('%j is refused before anything is asked', async (words, message) => {
    let err = '';
    const input = piping();
    const terminal = { ...input, cwd: folder, err: (text: string) => void (err += text) };
    expect(await main(['encrypt', ...words], terminal)).not.toBe(0);
    expect(err).toContain(message);
  });

  it('takes no value as an argument that is typed', async () => {
    let err = '';
    const terminal = { ...piping(), cwd: folder, err: (text: string) => void (err += text) };
    expect(await main(['encrypt', 'hunter2'], terminal)).toBe(1);
    expect(err).toContain('expected the main file of the application, got hunter2');
  });
});
