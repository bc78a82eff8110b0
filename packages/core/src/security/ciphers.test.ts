import { describe, expect, it } from 'vitest';
import { plainCipher } from './cipher.js';
import { Ciphers } from './ciphers.js';

describe('Ciphers', () => {
  it('makes each cipher once, when it is first asked for', () => {
    const made: string[] = [];
    const maker = (name: string) => () => {
      made.push(name);
      return { ...plainCipher };
    };
    const makers = new Map([
      ['default', maker('default')],
      ['vault', maker('vault')],
    ]);
    const ciphers = new Ciphers({ makers, chosen: () => 'vault' });
    ciphers.require('vault');
    expect(made).toEqual([]);
    expect(ciphers.get('vault')).toBe(ciphers.get('vault'));
    expect(made).toEqual(['vault']);
    expect(ciphers.chosen).toBe('vault');
    expect(ciphers.names).toEqual(['default', 'vault']);
  });

  it('names who asked for a cipher that is not there, what there is, and what was meant', () => {
    const makers = new Map(['default', 'aes-gcm'].map((name) => [name, () => plainCipher]));
    const ciphers = new Ciphers({ makers, chosen: () => 'default' });
    expect(() => ciphers.get('aes-gmc', 'ssl.cipherPlugin')).toThrow(
      'ssl.cipherPlugin: no cipher is called "aes-gmc"; expected one of default, aes-gcm; did you mean "aes-gcm"?',
    );
    expect(() => ciphers.require('kms')).toThrow('no cipher is called "kms"; expected one of default, aes-gcm');
    expect(() => ciphers.get('kms')).toThrow(expect.objectContaining({ code: 'CIPHER_UNKNOWN' }) as Error);
  });
});
