import { filesOf, type NamedFile } from './certificate-files.js';
import { readCertificates, type Certificates } from './read-certificates.js';
import { readKeyPairs, type Decrypt, type KeyPair } from './read-key-pairs.js';
import type { SslKeys } from './ssl-section.js';
import type { TlsOptions } from './tls-options.js';

/** What the files of one tag hold, read and checked. */
export interface Material {
  readonly pairs: readonly KeyPair[];
  /** Undefined: those of Node. */
  readonly authorities: readonly Certificates[] | undefined;
}

/** What is known of a tag beside its options. */
export interface MaterialContext {
  /** The whole key that says a field. */
  keyOf(field: keyof SslKeys): string;
  readonly decrypt: Decrypt;
}

/** @throws ChassisError `TLS_INVALID`, as a rejection, naming key and file */
export async function readMaterial(options: TlsOptions, { keyOf, decrypt }: MaterialContext): Promise<Material> {
  const authorities = filesOf(options, 'caFile', keyOf);
  return {
    pairs: await readKeyPairs(options, keyOf, decrypt),
    authorities: authorities.length === 0 ? undefined : await Promise.all(authorities.map(readCertificates)),
  };
}

/** Every file that the options name. */
export function materialFiles(options: TlsOptions, { keyOf }: Pick<MaterialContext, 'keyOf'>): readonly NamedFile[] {
  const fields = ['caFile', 'certFile', 'keyFile', 'certPwdFile'] as const;
  return fields.flatMap((field) => filesOf(options, field, keyOf));
}

/** Whether both would make the same connections. */
export function isSameMaterial(one: Material, other: Material): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ pairs, authorities = [] }: Material): string {
  return [...pairs.map(({ certificates, key }) => certificates.pem + key), ...authorities.map(({ pem }) => pem)].join();
}

/** What `tls` takes of authorities: absent for those of Node. */
export function authoritiesOf({ authorities }: Material): { readonly ca?: string[] } {
  return authorities ? { ca: authorities.map(({ pem }) => pem) } : {};
}
