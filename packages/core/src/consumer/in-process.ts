import type { Endpoint } from '../endpoint/endpoint.js';
import { coreError } from '../errors/core-error.js';
import { Invocation } from '../invocation/invocation.js';
import type { Reply } from '../invocation/reply.js';
import { isStream } from '../invocation/settle.js';
import type { Operation, Parameter } from '../schema/operation.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { LocalOperations } from '../transport/local-operations.js';

/** The protocol of calls that do not leave the process. */
export const IN_PROCESS = 'in-process';

export const inProcessEndpoint: Endpoint = { listener: IN_PROCESS, host: 'localhost', port: 0, ssl: false };

/**
 * The transport between a consumer and a provider of one application. Both chains run, arguments and results take the same
 * road through JSON as on a wire, so that a service can move out later without anyone noticing.
 */
export class InProcessTransport implements ClientTransport {
  readonly protocol = IN_PROCESS;

  constructor(private readonly local: LocalOperations) {}

  async send(invocation: Invocation): Promise<Reply> {
    const { operation, service } = invocation;
    const served = this.local.find(service, operation.schema.id, operation.name);
    if (!served) throw coreError('NO_INSTANCE', `${operation.id}: not served by this application`);
    const inner = new Invocation({
      operation: served.operation,
      service,
      source: {
        service: invocation.source.service,
        protocol: IN_PROCESS,
        listener: 'local',
        trusted: true,
        arguments: () => copyArguments(operation, invocation.args),
      },
      parent: invocation,
      deadline: invocation.deadline,
      headers: invocation.headers,
      context: invocation.context,
      span: invocation.span,
    });
    inner.mark = invocation.mark;
    inner.linkTo(invocation);
    try {
      return asReceived(served.operation, await served.runner.run(inner));
    } finally {
      inner.unlink();
    }
  }

  release(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function copyArguments(operation: Operation, args: readonly unknown[]): readonly unknown[] {
  const copies = args.slice();
  for (const parameter of operation.parameters) copies[parameter.index] = copyArgument(parameter, args[parameter.index]);
  return copies;
}

function copyArgument({ place }: Parameter, value: unknown): unknown {
  if (value === undefined || place === 'context' || place === 'request' || place === 'response') return undefined;
  return typeof value === 'object' && value !== null ? throughJson(value) : value;
}

function asReceived({ result }: Operation, reply: Reply): Reply {
  const { schema } = result;
  const copy = (value: unknown): unknown => {
    if (value === undefined) return undefined;
    return schema ? (JSON.parse(schema.serialize(value)) as unknown) : throughJson(value);
  };
  if (!isStream(reply.value)) return { ...reply, value: copy(reply.value) };
  return { ...reply, value: copied(reply.value, copy) };
}

async function* copied(items: AsyncIterable<unknown>, copy: (value: unknown) => unknown): AsyncIterable<unknown> {
  for await (const item of items) yield copy(item);
}

function throughJson(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
