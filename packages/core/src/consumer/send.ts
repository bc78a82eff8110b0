import { failureOf } from '../chain/failure-of.js';
import { protocolOf } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import type { Next } from '../invocation/next.js';
import type { Reply } from '../invocation/reply.js';
import type { Invocation } from '../invocation/invocation.js';
import { isStream } from '../invocation/settle.js';
import { pullFirst } from '../invocation/streams.js';
import type { ClientTransport } from '../transport/client-transport.js';

/**
 * The last link of the consumer side: hands the invocation to the transport of its endpoint. Whatever comes back leaves as a reply or as
 * a `ChassisError`; a stream only once its first item is there, so that an early failure is still one of the call.
 */
export function send(transports: ReadonlyMap<string, ClientTransport>): Next {
  return (invocation) => sendOne(transports, invocation);
}

async function sendOne(transports: ReadonlyMap<string, ClientTransport>, invocation: Invocation): Promise<Reply> {
  const { endpoint, operation, service } = invocation;
  if (!endpoint)
    throw coreError(
      'NO_INSTANCE',
      `${operation.id}: no instance of "${service}" was picked; is "loadbalance" in the chain?`,
    );
  const protocol = protocolOf(endpoint.listener);
  const transport = transports.get(endpoint.listener) ?? transports.get(protocol);
  if (!transport) {
    throw coreError(
      'NO_TRANSPORT',
      `${operation.id}: the endpoint of "${service}" speaks "${protocol}", which no listed plug-in does`,
    );
  }
  try {
    const reply = await transport.send(invocation);
    return isStream(reply.value) ? { ...reply, value: await pullFirst(reply.value) } : reply;
  } catch (error) {
    throw failureOf(error, invocation);
  }
}
