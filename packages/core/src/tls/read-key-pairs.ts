import { createPrivateKey, type KeyObject } from 'node:crypto';
import { coreError } from '../errors/core-error.js';
import { filesOf, invalidFile, textOfFile, type FileField, type NamedFile } from './certificate-files.js';
import { readCertificates, type Certificates } from './read-certificates.js';
import type { SslKeys } from './ssl-section.js';

/** A certificate, its chain behind it, and its key. */
export interface KeyPair {
  readonly certificates: Certificates;
  /** PKCS#8, not encrypted: what is made of it takes no passphrase. */
  readonly key: string;
  /** `ec`, `rsa`, ... */
  readonly type: string;
}

/** How the passphrase is had: decrypted by the configured cipher. */
export type Decrypt = (text: string) => Promise<string>;

/**
 * Reads certificates and their keys, several with commas between them in both; one passphrase opens all keys.
 *
 * @throws ChassisError `TLS_INVALID`, as a rejection, when one is missing, cannot be read, or does not belong to the other
 */
export async function readKeyPairs(
  options: Pick<SslKeys, FileField>,
  keyOf: (field: keyof SslKeys) => string,
  decrypt: Decrypt,
): Promise<readonly KeyPair[]> {
  const [certificates, keys, passphrases] = (['certFile', 'keyFile', 'certPwdFile'] as const).map((field) =>
    filesOf(options, field, keyOf),
  ) as [readonly NamedFile[], readonly NamedFile[], readonly NamedFile[]];
  if (certificates.length !== keys.length)
    throw coreError(
      'TLS_INVALID',
      `${keyOf('keyFile')}: expected a key for each certificate of ${keyOf('certFile')}, which names ${certificates.length}, got ${keys.length}`,
    );
  if (passphrases.length > 1)
    throw coreError(
      'TLS_INVALID',
      `${keyOf('certPwdFile')}: expected one file, with the passphrase of all keys, got ${passphrases.length}`,
    );
  const passphrase = passphrases[0] && (await decrypt((await textOfFile(passphrases[0])).trim()));
  return Promise.all(certificates.map((file, at) => readPair(file, keys[at]!, { passphrase, from: passphrases[0] })));
}

interface Passphrase {
  readonly passphrase: string | undefined;
  readonly from: NamedFile | undefined;
}

async function readPair(certFile: NamedFile, keyFile: NamedFile, passphrase: Passphrase): Promise<KeyPair> {
  const certificates = await readCertificates(certFile);
  const key = readKey(await textOfFile(keyFile), keyFile, passphrase);
  const [own] = certificates.parsed;
  if (!own!.checkPrivateKey(key))
    throw invalidFile(
      keyFile,
      `the key of the first certificate in ${certFile.path}`,
      `a key of another (${key.asymmetricKeyType})`,
    );
  return {
    certificates,
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    type: String(key.asymmetricKeyType),
  };
}

const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** Both ways of encrypting are known: PKCS#8 and, of old, RFC 1423. */
function readKey(text: string, file: NamedFile, { passphrase, from }: Passphrase): KeyObject {
  const isEncrypted = ENCRYPTED.test(text);
  if (isEncrypted && passphrase === undefined)
    throw invalidFile(file, 'a key that is not encrypted, or its passphrase in certPwdFile', 'an encrypted key alone');
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(isEncrypted && { passphrase }) });
  } catch (error) {
    if (isEncrypted)
      throw invalidFile(file, `a key that the passphrase of ${from!.key} (${from!.path}) opens`, 'another', error);
    throw invalidFile(file, 'a private key in PEM', reasonOf(error), error);
  }
}

/** OpenSSL's own words; they tell the kind of fault, never what stands in the file. */
function reasonOf(error: unknown): string {
  return /PRIVATE KEY/.test(String(error)) ? 'none' : ((error as NodeJS.ErrnoException).code ?? 'none');
}
