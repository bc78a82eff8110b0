import { authError } from '../codes.js';

/** Far more than a name and a password need. */
const LONGEST = 4096;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
// oxlint-disable-next-line no-control-regex -- RFC 7617 forbids them
const CONTROL = /[\u0000-\u001f\u007f]/;

/** A name and a password as they came. */
export interface UserAndPassword {
  readonly user: string;
  readonly password: string;
}

/**
 * What the credentials of `Basic` say (RFC 7617): UTF-8, the name up to the first colon, the password with all that follow.
 *
 * @throws ChassisError `CREDENTIALS_INVALID`
 */
export function userAndPassword(credentials: string): UserAndPassword {
  if (credentials.length > LONGEST) throw malformed(`longer than ${LONGEST} characters`);
  if (!BASE64.test(credentials)) throw malformed('not base64');
  let text: string;
  try {
    // made anew: a decoder that fails keeps what it had begun
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(credentials, 'base64'));
  } catch {
    throw malformed('not UTF-8');
  }
  const colon = text.indexOf(':');
  if (colon < 0) throw malformed('without a colon');
  if (CONTROL.test(text)) throw malformed('with control characters');
  return { user: text.slice(0, colon).normalize('NFC'), password: text.slice(colon + 1).normalize('NFC') };
}

function malformed(how: string): Error {
  return authError('CREDENTIALS_INVALID', `user name and password are malformed: ${how}`);
}
