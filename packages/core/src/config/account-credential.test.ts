import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { plainCipher, type Cipher } from '../security/cipher.js';
import { Ciphers } from '../security/ciphers.js';
import { SecretTexts } from '../security/secret-texts.js';
import { accountCredential, type AccountCredential } from './account-credential.js';
import { createConfig } from './create-config.js';
import { Given, Lines } from './store.fixture.js';

const reversing: Cipher = {
  encrypt: (text) => [...text].reverse().join(''),
  decrypt: (text) => Promise.resolve([...text].reverse().join('')),
};
const NAME = 'servicecomb.credentials.account.name';
const PASSWORD = 'servicecomb.credentials.account.password';
const CIPHER = 'servicecomb.credentials.cipher';

async function account(values: Record<string, string>): Promise<AccountCredential | undefined> {
  const secrets = new SecretTexts();
  const makers = new Map([
    ['default', () => plainCipher],
    ['reversing', () => reversing],
  ]);
  const ciphers = new Ciphers({ makers, chosen: () => 'reversing', remember: (text) => secrets.add(text) });
  const config = createConfig({
    ...{ sections: [], sources: [new Given('files', 4, values)] },
    ...{ clock: new VirtualClock(), logger: new Lines() },
    decryption: { decrypt: (name, text) => ciphers.get(name ?? ciphers.chosen).decrypt(text), secrets },
  });
  await config.start();
  const found = await accountCredential(config, ciphers);
  if (found && values[PASSWORD] !== found.password) expect(secrets.hide(found.password)).toBe('[redacted]');
  return found;
}

describe('accountCredential', () => {
  it('has none where none is configured, whatever the cipher', async () => {
    expect(await account({})).toBeUndefined();
    expect(await account({ [CIPHER]: 'reversing' })).toBeUndefined();
  });

  it('has the password as it stands where no cipher is named', async () => {
    const plain = { name: 'shop', password: 'hunter2' };
    expect(await account({ [NAME]: 'shop', [PASSWORD]: 'hunter2' })).toEqual(plain);
    expect(await account({ [NAME]: 'shop', [PASSWORD]: 'hunter2', [CIPHER]: '' })).toEqual(plain);
    expect(await account({ [NAME]: 'shop', [PASSWORD]: 'hunter2', [CIPHER]: 'default' })).toEqual(plain);
  });

  it('decrypts by the named cipher, once', async () => {
    const clear = { name: 'shop', password: 'hunter2' };
    expect(await account({ [NAME]: 'shop', [PASSWORD]: '2retnuh', [CIPHER]: 'reversing' })).toEqual(clear);
    expect(await account({ [NAME]: 'shop', [PASSWORD]: 'cipher(2retnuh)' })).toEqual(clear);
    expect(await account({ [NAME]: 'shop', [PASSWORD]: 'cipher(2retnuh)', [CIPHER]: 'reversing' })).toEqual(clear);
  });

  it.each([
    [{ [NAME]: 'shop' }, `${PASSWORD}: expected a text beside ${NAME}, got nothing`],
    [{ [PASSWORD]: 'hunter2' }, `${NAME}: expected a text beside ${PASSWORD}, got nothing`],
    [{ [NAME]: 'shop', [PASSWORD]: 'x', [CIPHER]: 'reversin' }, `${CIPHER}: no cipher is called "reversin"`],
  ])('refuses %j', async (values, message) => {
    await expect(account(values as Record<string, string>)).rejects.toThrow(message);
  });
});
