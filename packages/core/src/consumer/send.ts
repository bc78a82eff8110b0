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

function sendOne(transports: ReadonlyMap<string, ClientTransport>, invocation: Invocation): Promise<Reply> {
  const failed = (error: unknown): Promise<never> => Promise.reject(failureOf(error, invocation));
  try {
    const sending = Promise.resolve(transportOf(transports, invocation).send(invocation));
    return sending.then((reply) => (isStream(reply.value) ? opened(reply, reply.value).catch(failed) : reply), failed);
  } catch (error) {
    return failed(error);
  }
}

async function opened(reply: Reply, stream: AsyncIterable<unknown>): Promise<Reply> {
  return { ...reply, value: await pullFirst(stream) };
}

function transportOf(
  transports: ReadonlyMap<string, ClientTransport>,
  { endpoint, operation, service }: Invocation,
): ClientTransport {
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
  return transport;
}
