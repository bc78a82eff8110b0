import type { Invocation } from '@ts-chassis/core';
import type { OutgoingCredentials } from './token-provider.js';

/**
 * Sends on what the request had that the call is made inside of: the called service sees the user, not us. Nothing is sent outside of a request, or when
 * the request had none. Forward only to services that may act as the user.
 *
 * @param options - the header that is sent on; default `authorization`
 *
 * @example
 * ```ts
 * auth({ jwt: { secret }, outgoing: { ledger: forwardInbound() } });
 * ```
 */
export function forwardInbound({ header = 'authorization' }: { readonly header?: string } = {}): OutgoingCredentials {
  const name = header.toLowerCase();
  return () => ({
    header: name,
    credentials: (invocation) => receivedIn(invocation)?.headers.get(name),
  });
}

/** The request that a call is made inside of; on the consumer side an invocation has no protocol. */
function receivedIn(invocation: Invocation): Invocation | undefined {
  let outer = invocation.parent;
  while (outer && outer.source.protocol === '') outer = outer.parent;
  return outer;
}
