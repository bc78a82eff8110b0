import type { Endpoint } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import { Invocation } from '../invocation/invocation.js';
import { contextOf } from '../invocation/propagation.js';
import type { Reply } from '../invocation/reply.js';
import { settle } from '../invocation/settle.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { LocalOperations } from '../transport/local-operations.js';
import { receivedArguments, receivedFailure, receivedReply } from './as-received.js';

/** The protocol of calls that do not leave the process. */
export const IN_PROCESS = 'in-process';

export const inProcessEndpoint: Endpoint = { listener: IN_PROCESS, host: 'localhost', port: 0, ssl: false };

/**
 * The transport between a consumer and a provider of one application. Both chains run, and arguments, results and failures arrive as
 * from a wire, so that a service can move out later without anyone noticing.
 */
export class InProcessTransport implements ClientTransport {
  readonly protocol = IN_PROCESS;

  constructor(private readonly local: LocalOperations) {}

  async send(invocation: Invocation): Promise<Reply> {
    const { operation, service } = invocation;
    const served = this.local.find(operation.schema.id, operation.name);
    if (!served) throw coreError('NO_INSTANCE', `${operation.id}: not served by this application`);
    const inner = new Invocation({
      operation: served.operation,
      service,
      source: {
        service: invocation.source.service,
        protocol: IN_PROCESS,
        listener: 'local',
        trusted: true,
        arguments: () => receivedArguments(invocation, served.operation),
      },
      parent: invocation,
      deadline: invocation.deadline,
      headers: invocation.headers,
      context: contextOf(invocation),
      span: invocation.span,
    });
    inner.mark = invocation.mark;
    inner.linkTo(invocation);
    let reply: Reply;
    try {
      reply = await served.runner.run(inner);
    } catch (error) {
      inner.unlink();
      throw receivedFailure(error);
    }
    return receivedReply(
      settle(reply, () => inner.unlink()),
      { sent: served.operation, received: operation },
    );
  }

  release(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
