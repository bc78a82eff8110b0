import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { aesGcm } from './aes-gcm.js';
import type { Cipher } from './cipher.js';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const OLD = `2025:${keyOf(1)}`;
const NEW = `2026:${keyOf(2)}`;

function withKeys(...lines: string[]): Cipher {
  return aesGcm({ environment: { CHASSIS_CIPHER_KEYS: lines.join('\n') } });
}

const folders: string[] = [];

function keyFile(...lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'chassis-keys-'));
  folders.push(folder);
  const file = join(folder, 'keys');
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** As an operator does it: whoever reads sees the old file or the new one. */
function replace(file: string, ...lines: string[]): void {
  writeFileSync(`${file}.new`, lines.join('\n'));
  renameSync(`${file}.new`, file);
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const wellFormed = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
});

describe('aes-gcm', () => {
  it('gives back any text', () => {
    const cipher = withKeys(NEW);
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(cipher.decrypt(cipher.encrypt(text) as string)).toBe(text);
      }),
    );
  });

  it('writes version, key id and base64url, another text each time', () => {
    const cipher = withKeys(NEW);
    const texts = Array.from({ length: 100 }, () => cipher.encrypt('hunter2') as string);
    expect(new Set(texts).size).toBe(100);
    for (const text of texts) expect(text).toMatch(/^1\.2026\.[\w-]{47}$/);
  });

  it('refuses a text of which any character was changed, cut off or added', () => {
    const cipher = withKeys(NEW, OLD);
    const text = cipher.encrypt('a secret of some length') as string;
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \u0000é';
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...characters), (at, character) => {
        fc.pre(text[at] !== character);
        expect(() => cipher.decrypt(text.slice(0, at) + character + text.slice(at + 1))).toThrow(/cannot be decrypted/);
        expect(() => cipher.decrypt(text.slice(0, at))).toThrow(/cannot be decrypted/);
        expect(() => cipher.decrypt(text.slice(0, at) + character + text.slice(at))).toThrow(/cannot be decrypted/);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a text under the id of another key that it holds', () => {
    const cipher = withKeys(NEW, OLD);
    const text = cipher.encrypt('hunter2') as string;
    expect(() => cipher.decrypt(text.replace('2026', '2025'))).toThrow(
      'encrypted by another key that is called "2025"',
    );
  });

  it('encrypts by the first key and decrypts by all', () => {
    const old = withKeys(OLD).encrypt('hunter2') as string;
    const both = withKeys(NEW, OLD);
    expect(both.decrypt(old)).toBe('hunter2');
    expect(both.encrypt('x')).toMatch(/^1\.2026\./);
    const withoutOld = withKeys(NEW);
    expect(() => withoutOld.decrypt(old)).toThrow(
      'it needs the key "2025", which variable CHASSIS_CIPHER_KEYS does not hold; it holds 2026',
    );
    expect(() => withKeys(`2025:${keyOf(3)}`).decrypt(old)).toThrow(
      'encrypted by another key that is called "2025" too',
    );
  });

  it('refuses a text of a later version, and one that is none of its own', () => {
    const cipher = withKeys(NEW);
    expect(() => cipher.decrypt(`2.2026.${'A'.repeat(60)}`)).toThrow('its version is 2; expected 1');
    for (const text of ['', 'hunter2', '1.2026.', '1.2026.AAAA', '1..AAAA', `1.2026.${'A'.repeat(37)}`])
      expect(() => cipher.decrypt(text)).toThrow(expect.objectContaining({ code: 'CIPHER_FAILED' }) as Error);
  });

  it('refuses to encrypt what would come back as something else', () => {
    expect(() => withKeys(NEW).encrypt('\ud800')).toThrow('got a lone surrogate');
  });

  it('decrypts 10,000 texts in little time', () => {
    const cipher = withKeys(NEW);
    const texts = Array.from({ length: 10_000 }, (_, index) => cipher.encrypt(`secret ${index}`) as string);
    const before = process.cpuUsage();
    for (const [index, text] of texts.entries()) expect(cipher.decrypt(text) === `secret ${index}`).toBe(true);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });
});

describe('keys in a file', () => {
  it('are read again when it changes: a new one encrypts, one that is gone decrypts no more', () => {
    const file = keyFile(OLD);
    const cipher = aesGcm({ keyFile: file });
    const old = cipher.encrypt('hunter2') as string;
    replace(file, '# rotated', '', NEW, OLD);
    expect(cipher.encrypt('x')).toMatch(/^1\.2026\./);
    expect(cipher.decrypt(old)).toBe('hunter2');
    replace(file, NEW);
    expect(() => cipher.decrypt(old)).toThrow(`it needs the key "2025", which ${file} does not hold; it holds 2026`);
  });

  it('stay in use, and it is said once, when the changed file is wrong or gone', () => {
    const file = keyFile(OLD);
    const lines: string[] = [];
    const cipher = aesGcm({ keyFile: file, warn: (line) => lines.push(line) });
    const old = cipher.encrypt('hunter2') as string;
    replace(file, 'half a li');
    expect(cipher.decrypt(old)).toBe('hunter2');
    expect(cipher.decrypt(old)).toBe('hunter2');
    rmSync(file);
    expect(cipher.decrypt(old)).toBe('hunter2');
    expect(lines).toEqual([
      `${file}:1: expected {id}:{32 bytes in base64}, the id of 1 to 64 letters, digits, "-" and "_", got a line without a colon; the keys read before stay in use`,
      `${file}: expected a file with keys, got ENOENT; the keys read before stay in use`,
    ]);
  });

  it('count before those of the variable', () => {
    const cipher = aesGcm({ keyFile: keyFile(OLD), environment: { CHASSIS_CIPHER_KEYS: NEW } });
    expect(cipher.encrypt('x')).toMatch(/^1\.2025\./);
  });
});

describe('wrong keys', () => {
  const material = Buffer.alloc(16, 7).toString('base64');
  it.each([
    ['none', '', 'expected lines {id}:{32 bytes in base64}, the newest first, got none'],
    [
      'too short',
      `k1:${material}`,
      ':1: key "k1": expected 32 bytes in base64 (openssl rand -base64 32), got 16 bytes',
    ],
    [
      'not base64',
      `k1:${material}!`,
      ':1: key "k1": expected 32 bytes in base64 (openssl rand -base64 32), got what is no',
    ],
    ['without id', `${NEW}\n${material}`, ':2: expected {id}:{32 bytes in base64}, the id of 1 to 64 letters'],
    ['twice', `${NEW}, ${NEW}`, ':1: the key id "2026" stands twice; expected it once'],
  ])('%s: refused without showing them', (_, text, message) => {
    const cipher = aesGcm({ keyEnv: 'KEYS', environment: { KEYS: text } });
    const refusal = expect.objectContaining({
      code: 'CIPHER_KEY_INVALID',
      message: expect.stringContaining(`variable KEYS${message.startsWith(':') ? '' : ': '}${message}`) as string,
    }) as Error;
    expect(() => cipher.encrypt('x')).toThrow(refusal);
    expect(() => cipher.encrypt('x')).not.toThrow(material);
  });

  it('names the file that is not there', () => {
    const cipher = aesGcm({ keyFile: '/nowhere/keys' });
    expect(() => cipher.decrypt(`1.k.${'A'.repeat(60)}`)).toThrow(
      '/nowhere/keys: expected a file with keys, got ENOENT',
    );
  });
});
