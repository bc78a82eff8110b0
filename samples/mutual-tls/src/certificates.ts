import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';
import { KeyObject, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const YEAR_MS = 365 * 86_400_000;

/** An authority: whoever has its certificate in `caFile` believes what it signs. */
interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/**
 * Makes what the sample needs, anew at each start, so that no key lies in the repository. Your services get theirs from an authority of your own:
 * cert-manager, Vault, SPIRE, step-ca.
 */
export async function makeCertificates(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await makeAuthority('shop authority');
  writeFileSync(join(folder, 'authority.crt'), authority.certificate.toString('pem'));
  for (const name of ['stock', 'orders', 'guest']) write(folder, name, await issue(name, authority));
}

async function makeAuthority(name: string): Promise<Authority> {
  const keys = await keyPair();
  return { certificate: await certify(name, { keys }), key: keys.privateKey };
}

async function issue(name: string, issuer: Authority): Promise<Authority> {
  const keys = await keyPair();
  return { certificate: await certify(name, { keys, issuer }), key: keys.privateKey };
}

function write(folder: string, name: string, { certificate, key }: Authority): void {
  writeFileSync(join(folder, `${name}.crt`), certificate.toString('pem'));
  const pem = KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(folder, `${name}.key`), pem, { mode: 0o600 });
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function certify(
  name: string,
  { keys, issuer }: { readonly keys: webcrypto.CryptoKeyPair; readonly issuer?: Authority },
): Promise<X509Certificate> {
  const from = new Date();
  return X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: from,
    notAfter: new Date(from.getTime() + YEAR_MS),
    publicKey: keys.publicKey,
    signingKey: issuer?.key ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(!issuer, undefined, true),
      // the name that callers check, and the identity that services go by
      ...(issuer
        ? [
            new SubjectAlternativeNameExtension([
              { type: 'dns', value: name },
              { type: 'url', value: `spiffe://shop.example/${name}` },
            ]),
          ]
        : []),
    ],
  });
}
