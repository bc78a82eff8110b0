import type { Operation, SchemaInfo } from '@ts-chassis/core';
import { makePlan } from '../binding/make-plan.js';
import type { MethodPlan } from '../binding/method-plan.js';
import { deriveService, type DerivedService } from './derived-service.js';
import { Codecs } from './message-codec.js';
import { identifier, qualifiedIdentifier } from './proto-names.js';

/** Says how operations travel: one for an application, for its server and its client. */
export class Protos {
  readonly #plans = new WeakMap<Operation, MethodPlan>();
  readonly #derived = new WeakMap<SchemaInfo, Map<string, DerivedService>>();
  readonly #requests = new Codecs('request');
  readonly #responses = new Codecs('response');

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

  #plan(operation: Operation, { service, method }: { readonly service: string; readonly method: string }): MethodPlan {
    const messages = this.derived(operation.schema, service).methods.get(operation)!;
    const path = `/${service}/${method}`;
    const written = `/${qualifiedIdentifier(service)}/${identifier(method)}`;
    const alias = written === path ? undefined : written;
    return makePlan({ operation, messages, path, alias, requests: this.#requests, responses: this.#responses });
  }

  /** The service of a name that a schema offers. */
  derived(schema: SchemaInfo, name: string): DerivedService {
    let services = this.#derived.get(schema);
    if (!services) this.#derived.set(schema, (services = new Map<string, DerivedService>()));
    let service = services.get(name);
    if (!service) {
      const operations = schema.operations.filter(({ rpc }) => rpc?.service === name);
      services.set(name, (service = deriveService(name, operations)));
    }
    return service;
  }
}
