import type { ConfigView } from '../config/config.js';
import type { Listener } from '../endpoint/listener.js';
import { coreError } from '../errors/core-error.js';
import { tlsKeyOf, tlsOptionsFor } from './tls-options.js';

/**
 * Makes sure that a listener that trusts verified peers (`trust: mtls`) verifies them.
 *
 * @throws ChassisError `TLS_INVALID` naming both keys
 */
export function checkTrust(listeners: readonly Listener[], config: ConfigView): void {
  for (const { name, trust, sharedWith = name } of listeners) {
    if (trust !== 'mtls') continue;
    const tag = `${sharedWith}.Provider`;
    const options = tlsOptionsFor(config, tag);
    if (options?.verifyPeer) continue;
    const key = tlsKeyOf(config, tag, 'verifyPeer');
    const got = options ? 'no client asked for a certificate' : 'no TLS';
    throw coreError('TLS_INVALID', `servicecomb.protocols.${name}.trust: mtls needs ${key}: true, got ${got}`);
  }
}
