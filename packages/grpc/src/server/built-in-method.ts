import { replyOf, type Invocation, type Operation } from '@ts-chassis/core';
import { Root, type Type } from 'protobufjs/light';
import type { MethodPlan } from '../binding/method-plan.js';
import { grpcError } from '../codes.js';
import type { BuiltInMethod } from './built-in-service.js';

/** What a method of the framework's own is made of. */
export interface BuiltInParts {
  /** `grpc.health.v1.Health`. */
  readonly service: string;
  readonly method: string;
  readonly request: Type;
  readonly response: Type;
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
  /** Gets the message, or the stream of them; gives back the message, or an async iterable of them. */
  run(request: unknown): unknown;
}

/** A method that runs without the application's handlers: probes and tools have no credentials. */
export function builtInMethod(parts: BuiltInParts): BuiltInMethod {
  const operation = operationOf(parts);
  const run = async (invocation: Invocation): Promise<ReturnType<typeof replyOf>> => {
    const [request] = await invocation.source.arguments!(invocation);
    return replyOf(await parts.run(request));
  };
  return { operation, runner: { run }, plan: new BuiltInPlan(operation, parts) };
}

/** The types of a package, described as protobufjs has it in JSON. */
export function typesOf(name: string, nested: object): Root {
  return Root.fromJSON({ nested: { [name]: { nested: nested as never } } }).resolveAll() as Root;
}

function operationOf({ service, method, responseStream = false }: BuiltInParts): Operation {
  const id = `${service}.${method}`;
  const schema = { id: service, path: '', operations: [], read: () => undefined };
  const result = { stream: responseStream };
  return {
    id,
    schema,
    name: method,
    member: method,
    parameters: [],
    result,
    rpc: { service, method },
    read: () => undefined,
  };
}

class BuiltInPlan implements MethodPlan {
  readonly path: string;
  readonly alias = undefined;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly streamed: number | undefined;

  constructor(
    readonly operation: Operation,
    private readonly parts: BuiltInParts,
  ) {
    this.path = `/${parts.service}/${parts.method}`;
    this.requestStream = parts.requestStream ?? false;
    this.responseStream = parts.responseStream ?? false;
    this.streamed = this.requestStream ? 0 : undefined;
  }

  toMessage(args: readonly unknown[]): object {
    return args[0] as object;
  }

  toArguments(message: object): unknown[] {
    return [message];
  }

  itemToMessage(item: unknown): object {
    return item as object;
  }

  messageToItem(message: object): unknown {
    return message;
  }

  resultToMessage(value: unknown): object {
    return value as object;
  }

  messageToResult(message: object): unknown {
    return message;
  }

  encodeRequest(message: object): Buffer {
    return encode(this.parts.request, message);
  }

  decodeRequest(bytes: Buffer): object {
    return this.#decode(this.parts.request, bytes);
  }

  encodeResponse(message: object): Buffer {
    return encode(this.parts.response, message);
  }

  decodeResponse(bytes: Buffer): object {
    return this.#decode(this.parts.response, bytes);
  }

  #decode(type: Type, bytes: Buffer): object {
    try {
      return type.toObject(type.decode(bytes), { defaults: true, oneofs: true });
    } catch (cause) {
      throw grpcError('MESSAGE_MALFORMED', `${this.operation.id}: these bytes are no ${type.name}`, { cause });
    }
  }
}

function encode(type: Type, message: object): Buffer {
  return Buffer.from(type.encode(type.fromObject(message)).finish());
}
