import type { Operation, Parameter, ValueType } from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import { messageParameters, type Messages } from '../proto/derive-message.js';
import type { Codecs } from '../proto/message-codec.js';
import type { MessageModel } from '../proto/message-model.js';
import { argumentForm, hasJson, jsonForm } from './json-form.js';
import { MessageType } from './message-type.js';
import type { MethodPlan } from './method-plan.js';

/** What a plan is made of. */
export interface PlanParts {
  readonly operation: Operation;
  readonly messages: Messages;
  readonly path: string;
  readonly alias: string | undefined;
  readonly requests: Codecs;
  readonly responses: Codecs;
}

/** One argument and where it stands in the message. */
interface Carried {
  readonly index: number;
  readonly name: string;
  /** Its type, when values go through its JSON. */
  readonly json: ValueType | undefined;
}

export function makePlan(parts: PlanParts): MethodPlan {
  return new MessagePlan(parts);
}

class MessagePlan implements MethodPlan {
  readonly operation: Operation;
  readonly path: string;
  readonly alias: string | undefined;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly streamed: number | undefined;
  readonly #request: MessageType;
  readonly #response: MessageType;
  readonly #carried: readonly Carried[];
  /** The argument that is the message itself, or an item of the stream that is. */
  readonly #whole: Carried | undefined;
  /** As many arguments as the method has, all left out. */
  readonly #blank: readonly undefined[];
  readonly #isEmpty: boolean;
  readonly #wrapped: boolean;
  readonly #resultJson: boolean;

  constructor({ operation, messages, path, alias, requests, responses }: PlanParts) {
    const { request, response, whole, wrapped } = messages;
    const carried = messageParameters(operation);
    this.operation = operation;
    this.path = path;
    this.alias = alias;
    this.streamed = carried.find(({ stream }) => stream)?.index;
    this.requestStream = this.streamed !== undefined;
    this.responseStream = operation.result.stream;
    this.#request = new MessageType(requests.of(request), 'request', operation.id);
    this.#response = new MessageType(responses.of(response), 'response', operation.id);
    this.#carried = carried.map((parameter) => carriedOf(parameter, request));
    this.#whole = whole && carriedOf(whole, request);
    this.#blank = operation.parameters.map(() => undefined);
    this.#isEmpty = operation.result.empty ?? false;
    this.#wrapped = wrapped;
    this.#resultJson = hasJson(response) || (operation.result.schema?.async ?? false);
  }

  toMessage(args: readonly unknown[]): object {
    if (this.#whole) return this.#object(this.#whole, sent(this.#whole, args[this.#whole.index]));
    const message: Record<string, unknown> = {};
    for (const each of this.#carried) message[each.name] = sent(each, args[each.index]);
    return message;
  }

  toArguments(message: object): unknown[] {
    const args: unknown[] = this.#blank.slice();
    if (this.#whole) args[this.#whole.index] = message;
    else for (const { index, name } of this.#carried) args[index] = (message as Record<string, unknown>)[name];
    return args;
  }

  itemToMessage(item: unknown): object {
    const [only] = this.#carried;
    const value = only ? sent(only, item) : item;
    return this.#whole ? this.#object(this.#whole, value) : { value };
  }

  messageToItem(message: object): unknown {
    return this.#whole ? message : (message as { readonly value?: unknown }).value;
  }

  resultToMessage(value: unknown): object {
    if (this.#isEmpty) return {};
    const { schema } = this.operation.result;
    const given = this.#resultJson ? jsonForm(schema, value) : value;
    if (this.#wrapped) return { value: given };
    if (isObject(given)) return given;
    const got = given === undefined || given === null ? 'nothing' : typeof given;
    throw grpcError('RESULT_UNSENDABLE', `${this.operation.id}: expected ${schema?.name ?? 'an object'}, got ${got}`);
  }

  messageToResult(message: object): unknown {
    if (this.#isEmpty) return undefined;
    return this.#wrapped ? (message as { readonly value?: unknown }).value : message;
  }

  encodeRequest(message: object): Buffer {
    return this.#request.encode(message);
  }

  decodeRequest(bytes: Buffer): object {
    return this.#request.decode(bytes);
  }

  encodeResponse(message: object): Buffer {
    return this.#response.encode(message);
  }

  decodeResponse(bytes: Buffer): object {
    return this.#response.decode(bytes);
  }

  #object({ name }: Carried, value: unknown): object {
    if (isObject(value)) return value;
    const got = value === undefined || value === null ? 'nothing' : typeof value;
    throw grpcError('ARGUMENT_UNSENDABLE', `${this.operation.id}: '${name}' is the message, an object; got ${got}`);
  }
}

function carriedOf({ index, name, schema }: Parameter, request: MessageModel): Carried {
  return { index, name, json: schema.async || hasJson(request) ? schema : undefined };
}

function sent({ json }: Carried, value: unknown): unknown {
  return json ? argumentForm(json, value) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
