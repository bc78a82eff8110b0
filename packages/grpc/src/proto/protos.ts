import { configDirectory, type Operation, type SchemaInfo } from '@ts-chassis/core';
import { join } from 'node:path';
import { grpcError } from '../codes.js';
import { makePlan } from '../binding/make-plan.js';
import type { MethodPlan } from '../binding/method-plan.js';
import { deriveService, type DerivedService } from './derived-service.js';
import { fileDescriptors, type FileDescriptor } from './file-descriptors.js';
import { givenService, loadGiven, type GivenFile } from './given-files.js';
import { GivenMatching } from './given-messages.js';
import { applyLock, type Lock } from './lock.js';
import { readLock } from './lock-file.js';
import { Codecs } from './message-codec.js';
import { identifier, qualifiedIdentifier } from './proto-names.js';
import type { ProtoFile } from './proto-files.js';
import { fileNameOf, protoText } from './proto-text.js';
import type { ProtosOptions } from './protos-options.js';
import { reflection } from './reflection.js';

/** A service as a server offers it. */
export interface ProtoService {
  /** On the wire. */
  readonly name: string;
  /** As it is written where protobuf does not have such names; undefined when it is the same. */
  readonly alias: string | undefined;
  readonly methods: readonly MethodPlan[];
}

/** Says how operations travel: one for an application, for its server and its client. */
export class Protos {
  readonly #plans = new WeakMap<Operation, MethodPlan>();
  readonly #derived = new WeakMap<SchemaInfo, Map<string, DerivedService>>();
  readonly #requests = new Codecs('request');
  readonly #responses = new Codecs('response');

  readonly #lock: Lock | undefined;
  readonly #given: readonly GivenFile[];
  readonly #matchings = new Map<string, GivenMatching | undefined>();

  /** @throws ChassisError `PROTO_INVALID` for a file that cannot be used, `PROTO_LOCK_INVALID` */
  constructor({ lock, protos = [] }: ProtosOptions = {}) {
    this.#given = loadGiven(protos);
    this.#lock =
      lock === undefined
        ? readLock([join(configDirectory(), 'grpc.lock.json')], false)
        : readLock(typeof lock === 'string' ? [lock] : lock, true);
  }

  /**
   * How an operation travels; undefined when it has no `@Rpc`.
   *
   * @throws ChassisError `PROTO_INVALID`, `PROTO_BREAKING`
   */
  planOf(operation: Operation): MethodPlan | undefined {
    const known = this.#plans.get(operation);
    if (known || !operation.rpc) return known;
    const plan = this.#plan(operation, operation.rpc);
    this.#plans.set(operation, plan);
    return plan;
  }

  /**
   * The services that operations make up, in their order; those without `@Rpc` are left out.
   *
   * @throws ChassisError `PROTO_INVALID` when two operations have one path, or two schemas derive one service; `PROTO_BREAKING`
   */
  services(operations: Iterable<Operation>): readonly ProtoService[] {
    const services = new Map<string, MethodPlan[]>();
    for (const operation of operations) {
      const plan = this.planOf(operation);
      if (!plan) continue;
      const name = operation.rpc!.service;
      const methods = services.get(name) ?? [];
      refuseTwins(methods, plan, this.#matching(name) !== undefined);
      services.set(name, [...methods, plan]);
    }
    return [...services].map(([name, methods]) => ({ name, alias: aliasOf(name, qualifiedIdentifier(name)), methods }));
  }

  /** The `.proto` files of what is derived from the classes of a schema: one for each service, mostly one. */
  text(schema: SchemaInfo): readonly ProtoFile[] {
    const names = [...new Set(schema.operations.flatMap(({ rpc }) => rpc?.service ?? []))];
    const derived = names.filter((name) => !this.#matching(name));
    return derived.map((name) => ({ name: fileNameOf(name), text: protoText(this.derived(schema, name)) }));
  }

  /** The files that describe the services of operations, with all that they import, for reflection. */
  fileDescriptors(operations: Iterable<Operation>): readonly FileDescriptor[] {
    const files = new Map<string, FileDescriptor>();
    for (const schema of new Set([...operations].map((operation) => operation.schema))) {
      for (const { name, text } of this.text(schema)) {
        for (const file of described(name, text)) if (!files.has(file.name)) files.set(file.name, file);
      }
    }
    for (const { root, folders } of this.#used(operations)) {
      for (const file of fileDescriptors(root, { name: '', folders }))
        if (!files.has(file.name)) files.set(file.name, file);
    }
    return [...files.values()];
  }

  /** The given files that operations are matched with. */
  #used(operations: Iterable<Operation>): ReadonlySet<GivenFile> {
    const names = [...operations].flatMap(({ rpc }) => rpc?.service ?? []);
    return new Set(names.flatMap((name) => givenService(this.#given, name)?.from ?? []));
  }

  #plan(operation: Operation, { service, method }: { readonly service: string; readonly method: string }): MethodPlan {
    const matching = this.#matching(service);
    const messages = matching
      ? matching.match(operation)
      : this.derived(operation.schema, service).methods.get(operation)!;
    const path = `/${service}/${method}`;
    const alias = aliasOf(path, `/${qualifiedIdentifier(service)}/${identifier(method)}`);
    return makePlan({ operation, messages, path, alias, requests: this.#requests, responses: this.#responses });
  }

  /** How operations are matched with a service of a given file; undefined for one that is derived. */
  #matching(service: string): GivenMatching | undefined {
    if (this.#given.length === 0) return undefined;
    if (!this.#matchings.has(service)) {
      const given = givenService(this.#given, service);
      this.#matchings.set(service, given && new GivenMatching(given));
    }
    return this.#matchings.get(service);
  }

  /** The service of a name that a schema offers, when it is derived. */
  derived(schema: SchemaInfo, name: string): DerivedService {
    let services = this.#derived.get(schema);
    if (!services) this.#derived.set(schema, (services = new Map<string, DerivedService>()));
    let service = services.get(name);
    if (!service) {
      service = deriveService(
        name,
        schema.operations.filter(({ rpc }) => rpc?.service === name),
      );
      const locked = this.#lock?.services[name];
      if (locked) applyLock(service, { locked, accept: false });
      services.set(name, service);
    }
    return service;
  }
}

function aliasOf(name: string, written: string): string | undefined {
  return written === name ? undefined : written;
}

function refuseTwins(methods: readonly MethodPlan[], { operation, path, alias }: MethodPlan, isGiven: boolean): void {
  for (const other of methods) {
    const shared = [path, alias].find((each) => each !== undefined && (each === other.path || each === other.alias));
    if (shared !== undefined)
      throw grpcError(
        'PROTO_INVALID',
        `${operation.id} and ${other.operation.id} are both ${shared}; name one of them otherwise with @Rpc({ method })`,
      );
    if (operation.schema.id !== other.operation.schema.id && !isGiven)
      throw grpcError(
        'PROTO_INVALID',
        `the schemas '${operation.schema.id}' and '${other.operation.schema.id}' are both the service '${operation.rpc!.service}'; name one of them otherwise with @Rpc({ service })`,
      );
  }
}

function described(name: string, text: string): readonly FileDescriptor[] {
  const { common, parse, Root } = reflection();
  const root = new Root();
  const { imports = [] } = parse(text, root, { keepCase: true });
  for (const file of imports) root.addJSON(common.get(file)!.nested!);
  root.resolveAll();
  return fileDescriptors(root, { name, folders: [] });
}
