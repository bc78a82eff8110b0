import { grpcError } from '../codes.js';
import { numberAt } from './derive-message.js';
import type { DerivedService } from './derived-service.js';
import type { FieldModel, MessageModel } from './message-model.js';
import { typeName } from './proto-text.js';

/** What the lock file keeps of one field. */
export interface LockedField {
  readonly number: number;
  /** `string`, `repeated double`, `map<string, CatalogBook>`. */
  readonly type: string;
}

export interface LockedMessage {
  readonly fields: Readonly<Record<string, LockedField>>;
  readonly reserved?: { readonly numbers: readonly number[]; readonly names: readonly string[] };
}

export interface LockedMethod {
  /** Message names, `stream ` before them where many are sent. */
  readonly request: string;
  readonly response: string;
}

export interface LockedService {
  readonly methods: Readonly<Record<string, LockedMethod>>;
  readonly messages: Readonly<Record<string, LockedMessage>>;
}

/** The lock file: what other programs were built on. */
export interface Lock {
  readonly version: 1;
  readonly services: Readonly<Record<string, LockedService>>;
}

/** How a change that breaks other programs is met. */
export interface LockUse {
  readonly locked: LockedService;
  /** Whether it is taken all the same: the field gets a new number, and the old one is never used again. */
  readonly accept: boolean;
}

/**
 * Gives the fields of a derived service the numbers of the lock file; new ones the next that is free, and keeps those of removed ones out of use.
 *
 * @throws ChassisError `PROTO_BREAKING` that names service, message and field, what the lock file has and what the class says
 */
export function applyLock(service: DerivedService, use: LockUse): void {
  for (const message of service.messages) {
    const locked = own(use.locked.messages, message.name);
    if (locked) new LockedNumbers(`${service.name}, ${message.name}`, locked, use.accept).apply(message);
  }
  if (!use.accept) refuseOtherMethods(service, use.locked);
}

/** What is to be kept of a service: as it is now, and what was removed from it. */
export function lockOf(service: DerivedService, before: LockedService | undefined): LockedService {
  const messages = service.messages.map((message) => [message.name, lockedMessage(message)] as const);
  const methods = service.operations.map((operation) => [operation.rpc!.method, methodOf(service, operation)] as const);
  return {
    methods: { ...before?.methods, ...Object.fromEntries(methods) },
    messages: { ...before?.messages, ...Object.fromEntries(messages) },
  };
}

class LockedNumbers {
  readonly #taken: Set<number>;
  readonly #reserved: Set<number>;
  readonly #names: Set<string>;

  constructor(
    private readonly where: string,
    private readonly locked: LockedMessage,
    private readonly accept: boolean,
  ) {
    this.#reserved = new Set(locked.reserved?.numbers);
    this.#names = new Set(locked.reserved?.names);
    this.#taken = new Set([...this.#reserved, ...Object.values(locked.fields).map(({ number }) => number)]);
  }

  apply(message: MessageModel): void {
    const fresh = message.fields.filter((field) => !this.#keep(field));
    for (const field of fresh) field.number = this.#next();
    const names = new Set(message.fields.map(({ name }) => name));
    for (const [name, { number }] of Object.entries(this.locked.fields)) {
      if (names.has(name)) continue;
      this.#reserved.add(number);
      this.#names.add(name);
    }
    const numbers = [...this.#reserved].sort((left, right) => left - right);
    if (numbers.length + this.#names.size > 0) message.reserved = { numbers, names: [...this.#names].sort() };
  }

  /** Whether a field has its number in the lock file. */
  #keep(field: FieldModel): boolean {
    const locked = own(this.locked.fields, field.name);
    if (!locked) {
      if (this.#names.has(field.name)) this.#comesBack(field);
      return false;
    }
    const type = lockedType(field);
    if (type !== locked.type && !widened(field, locked.type)) {
      this.#changed(field, { locked, type });
      return false;
    }
    field.number = locked.number;
    return true;
  }

  #changed(field: FieldModel, { locked, type }: { readonly locked: LockedField; readonly type: string }): void {
    if (!this.accept) {
      throw breaking(
        `${this.where}, field '${field.name}' (number ${locked.number}): the lock file has ${locked.type}, the class says ${type}`,
      );
    }
    this.#reserved.add(locked.number);
  }

  #comesBack(field: FieldModel): void {
    if (!this.accept) {
      throw breaking(
        `${this.where}, field '${field.name}': the lock file keeps this name of a removed field out of use, the class has it again as ${lockedType(field)}`,
      );
    }
    this.#names.delete(field.name);
  }

  #next(): number {
    let index = 0;
    while (this.#taken.has(numberAt(index)) || numberAt(index) < Math.max(0, ...this.#taken)) index++;
    const number = numberAt(index);
    this.#taken.add(number);
    return number;
  }
}

/** 64 bits stay when limits of the field would do with 32: what older programs wrote may be longer. */
function widened(field: FieldModel, locked: string): boolean {
  const { type, label } = field;
  const isNarrower = type.kind === 'scalar' && type.scalar === 'int32' && locked === lockedOf(label, 'int64');
  if (isNarrower) field.type = { ...type, scalar: 'int64' };
  return isNarrower;
}

function refuseOtherMethods(service: DerivedService, locked: LockedService): void {
  for (const operation of service.operations) {
    const method = own(locked.methods, operation.rpc!.method);
    if (!method) continue;
    const now = methodOf(service, operation);
    for (const end of ['request', 'response'] as const) {
      if (now[end] === method[end] || isFormerlyEmpty(method[end], now[end])) continue;
      throw breaking(
        `${service.name}, method '${operation.rpc!.method}': the lock file has the ${end} ${method[end]}, the class says ${now[end]}`,
      );
    }
  }
}

/** Who sends nothing goes on doing so. */
function isFormerlyEmpty(before: string, now: string): boolean {
  return before === 'google.protobuf.Empty' && !now.startsWith('stream ');
}

function breaking(what: string): Error {
  return grpcError(
    'PROTO_BREAKING',
    `${what}. Programs built before would misread it: give it another name, or accept it with chassis proto --write --accept-breaking`,
  );
}

function methodOf({ methods }: DerivedService, operation: DerivedService['operations'][number]): LockedMethod {
  const { request, response } = methods.get(operation)!;
  const streams = operation.parameters.some(({ stream }) => stream);
  return {
    request: `${streams ? 'stream ' : ''}${request.name}`,
    response: `${operation.result.stream ? 'stream ' : ''}${response.name}`,
  };
}

function lockedMessage({ fields, reserved }: MessageModel): LockedMessage {
  const kept = fields.map((field) => [field.name, { number: field.number, type: lockedType(field) }] as const);
  kept.sort(([, left], [, right]) => left.number - right.number);
  return { fields: Object.fromEntries(kept), ...(reserved && { reserved }) };
}

function lockedType({ type, label }: FieldModel): string {
  return lockedOf(label, typeName(type));
}

function lockedOf(label: FieldModel['label'], type: string): string {
  if (label === 'map') return `map<string, ${type}>`;
  return label === 'list' ? `repeated ${type}` : type;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
