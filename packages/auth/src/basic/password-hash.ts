import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { authError } from '../codes.js';

/** log2 N, r and p: 16 MiB and some tens of milliseconds for each try. */
const DEFAULT_COST = { ln: 14, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{8,128})\$([A-Za-z0-9+/]{22,128})$/;

/** A stored hash, taken apart. */
export interface PasswordHash {
  readonly cost: { readonly ln: number; readonly r: number; readonly p: number };
  readonly salt: Buffer;
  readonly key: Buffer;
}

/**
 * The hash of a password for `auth({ basic: { users } })`, with a salt of its own: scrypt (RFC 7914) in the PHC form.
 *
 * @param password - any text; it is normalised (NFC), as browsers send it (RFC 7617)
 * @returns `$scrypt$ln=14,r=8,p=1${salt}${key}`
 *
 * @example
 * ```ts
 * console.log(await hashPassword('correct horse battery staple'));
 * ```
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derived(password, { cost: DEFAULT_COST, salt, length: KEY_BYTES });
  const { ln, r, p } = DEFAULT_COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${bare(salt)}$${bare(key)}`;
}

/**
 * Whether a password is the one that was hashed; the time it takes does not depend on the password.
 *
 * @throws ChassisError `AUTH_INVALID` for a text that {@link hashPassword} does not make, or that costs more than 64 MiB
 *
 * @example
 * ```ts
 * if (await verifyPassword(form.password, user.passwordHash)) console.log('welcome');
 * ```
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  return matches(password, parsedHash(hash, 'the hash of a password'));
}

/** @param where - the option or key it stands in; the hash itself is not shown */
export function parsedHash(hash: string, where: string): PasswordHash {
  const [, ln, r, p, salt, key] = PHC.exec(hash) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isBearable =
    cost.ln >= 1 && cost.r >= 1 && cost.p >= 1 && 128 * 2 ** cost.ln * cost.r <= 64 * 2 ** 20 && cost.p <= 16;
  if (salt === undefined || key === undefined || !isBearable) {
    const expected = '$scrypt$ln=..,r=..,p=..$salt$key of at most 64 MiB, as hashPassword makes it';
    throw authError('AUTH_INVALID', `${where}: expected ${expected}, got something else`);
  }
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

export async function matches(password: string, { cost, salt, key }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derived(password, { cost, salt, length: key.length }), key);
}

/** Of no password: whoever names nobody we know is kept waiting as long as whoever names somebody. */
export function hashOfNobody({ cost }: Pick<PasswordHash, 'cost'> = { cost: DEFAULT_COST }): PasswordHash {
  return { cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };
}

function derived(
  password: string,
  { cost, salt, length }: Omit<PasswordHash, 'key'> & { readonly length: number },
): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 160 * 2 ** 20 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** PHC leaves the padding of base64 out. */
function bare(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
