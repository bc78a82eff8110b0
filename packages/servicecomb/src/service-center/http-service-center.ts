import { ChassisError, type Clock, type Logger } from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { RETRY_AFTER_MS } from '../connection/connection-failure.js';
import type { Answer, Connection, Request, Socket, SocketListener } from '../connection/connection.js';
import { printable } from '../connection/printable.js';
import { Troubles } from '../connection/troubles.js';
import { FAILURE } from '../wire/failure-codes.js';
import { readBatch } from '../wire/read-batch.js';
import { readFailure } from '../wire/read-failure.js';
import { readList } from '../wire/read-instance.js';
import { idOf, isRecord, textOf } from '../wire/read-json.js';
import { readSchemaRecord } from '../wire/read-schema.js';
import { readService } from '../wire/read-service.js';
import type { InstanceRecord, SchemaRecord, ServiceRecord } from '../wire/records.js';
import { refusal } from './failure.js';
import type { BatchAnswer, BatchQuestion, ServiceCenter, ServiceQuestion } from './service-center.js';

/** What an {@link HttpServiceCenter} is made of. */
export interface HttpServiceCenterOptions {
  readonly connection: Connection;
  /** A part of every path; default `default`. */
  readonly project?: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Of the registry's own, when the account may not do what is asked. */
const NOT_PERMITTED = /^(?:401|4032)/;

const none = new Set<string>();
const absentVersion: ReadonlySet<string> = new Set([FAILURE.serviceMissing, FAILURE.versionMissing]);
const absentService: ReadonlySet<string> = new Set([FAILURE.serviceMissing]);
const absentSchema: ReadonlySet<string> = new Set([
  FAILURE.schemaMissing,
  FAILURE.schemaUndefined,
  FAILURE.serviceMissing,
]);

/** The interface v4 of service-center over a connection. */
export class HttpServiceCenter implements ServiceCenter {
  readonly #connection: Connection;
  readonly #root: string;
  readonly #troubles: Troubles;

  constructor({ connection, project = 'default', clock, logger }: HttpServiceCenterOptions) {
    this.#connection = connection;
    this.#root = `/v4/${encodeURIComponent(project)}/registry`;
    this.#troubles = new Troubles(logger, clock);
  }

  async findServiceId(question: ServiceQuestion): Promise<string | undefined> {
    const { appId, serviceName, version, environment } = question;
    const query = { type: 'microservice', appId, serviceName, version, env: environment || undefined };
    const doing = `the question for ${serviceName} ${version}`;
    const body = await this.#asked(doing, { method: 'GET', path: `${this.#root}/existence`, query }, absentVersion);
    if (body === undefined || !recordOf(body)['serviceId']) return undefined;
    return requiredId(doing, body, 'serviceId');
  }

  async createService(service: ServiceRecord): Promise<string> {
    const doing = `the service ${service.serviceName} ${service.version}`;
    const body = await this.#asked(doing, { method: 'POST', path: `${this.#root}/microservices`, body: { service } });
    return requiredId(doing, body, 'serviceId');
  }

  async service(serviceId: string): Promise<ServiceRecord | undefined> {
    const doing = `the question for service ${serviceId}`;
    const body = await this.#asked(doing, { method: 'GET', path: this.#service(serviceId) }, absentService);
    if (body === undefined) return undefined;
    const service = readService(recordOf(body)['service']);
    if (!service) throw malformed(doing, 'a service with its id and name');
    return service;
  }

  async services(): Promise<readonly ServiceRecord[]> {
    const body = await this.#asked('the list of services', { method: 'GET', path: `${this.#root}/microservices` });
    return this.#list('the services', recordOf(body)['services'], readService);
  }

  async setServiceProperties(serviceId: string, properties: Readonly<Record<string, string>>): Promise<void> {
    const path = `${this.#service(serviceId)}/properties`;
    await this.#asked(`the properties of service ${serviceId}`, { method: 'PUT', path, body: { properties } });
  }

  async createInstance(instance: InstanceRecord): Promise<string> {
    const path = `${this.#service(instance.serviceId)}/instances`;
    const doing = `the instance ${instance.instanceId ?? 'of this program'}`;
    const body = await this.#asked(doing, { method: 'POST', path, body: { instance } });
    return requiredId(doing, body, 'instanceId');
  }

  async deleteInstance(serviceId: string, instanceId: string): Promise<void> {
    const path = this.#instance(serviceId, instanceId);
    await this.#asked(`the removal of instance ${instanceId}`, { method: 'DELETE', path });
  }

  async heartbeat(serviceId: string, instanceId: string): Promise<void> {
    const path = `${this.#instance(serviceId, instanceId)}/heartbeat`;
    await this.#asked(`the heartbeat of instance ${instanceId}`, { method: 'PUT', path });
  }

  async setStatus(serviceId: string, instanceId: string, status: string): Promise<void> {
    const path = `${this.#instance(serviceId, instanceId)}/status`;
    await this.#asked(`the status of instance ${instanceId}`, { method: 'PUT', path, query: { value: status } });
  }

  async setProperties(
    serviceId: string,
    instanceId: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<void> {
    const path = `${this.#instance(serviceId, instanceId)}/properties`;
    await this.#asked(`the properties of instance ${instanceId}`, { method: 'PUT', path, body: { properties } });
  }

  async findInstances(
    consumerId: string | undefined,
    questions: readonly BatchQuestion[],
  ): Promise<readonly BatchAnswer[]> {
    if (questions.length === 0) return [];
    const services = questions.map(({ service, revision }) => ({ service, ...(revision && { rev: revision }) }));
    const doing = `the question for the instances of ${questions.length} services`;
    const body = await this.#asked(doing, {
      method: 'POST',
      path: `${this.#root}/instances/action`,
      query: { type: 'query' },
      ...(consumerId !== undefined && { headers: { 'x-consumerid': consumerId } }),
      body: { ...(consumerId !== undefined && { consumerServiceId: consumerId }), services },
    });
    const batch = readBatch(body, questions.length);
    if (!batch) throw malformed(doing, '`services` with what became of each');
    for (const [at, { kind }] of batch.answers.entries()) {
      const { appId, serviceName } = questions[at]!.service;
      if (kind === 'updated') this.#leftOut(`the instances of ${appId}:${serviceName}`, batch.malformed.get(at) ?? 0);
    }
    return batch.answers;
  }

  async schemas(serviceId: string): Promise<readonly SchemaRecord[]> {
    const path = `${this.#service(serviceId)}/schemas`;
    const body = await this.#asked(`the list of contracts of ${serviceId}`, { method: 'GET', path });
    return this.#list(`the contracts of ${serviceId}`, recordOf(body)['schemas'], readSchemaRecord);
  }

  async schema(serviceId: string, schemaId: string): Promise<string | undefined> {
    const doing = `the question for contract ${schemaId} of ${serviceId}`;
    const body = await this.#asked(doing, { method: 'GET', path: this.#schema(serviceId, schemaId) }, absentSchema);
    if (body === undefined) return undefined;
    const text = textOf(recordOf(body)['schema']);
    if (text === undefined) throw malformed(doing, 'its text in `schema`');
    return text;
  }

  async putSchema(serviceId: string, { schemaId, schema, summary }: Required<SchemaRecord>): Promise<void> {
    const path = this.#schema(serviceId, schemaId);
    await this.#asked(`the contract ${schemaId}`, {
      method: 'PUT',
      path,
      body: { serviceId, schemaId, schema, summary },
    });
  }

  watch(serviceId: string, listener: SocketListener): Socket {
    return this.#connection.open({ path: `${this.#service(serviceId)}/watcher` }, listener);
  }

  openHeartbeat(serviceId: string, instanceId: string, listener: SocketListener): Socket {
    return this.#connection.open({ path: `${this.#instance(serviceId, instanceId)}/heartbeat` }, listener);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** The body of what was answered; undefined for what is absent by one of these codes. */
  async #asked(doing: string, request: Request, absent: ReadonlySet<string> = none): Promise<unknown> {
    const answer = await this.#connection.request(request);
    const { status, body } = answer;
    if (status >= 200 && status < 300) return body ?? {};
    const failure = readFailure(body);
    if (!failure) throw malformed(`${doing} (${answer.address}, status ${status})`, 'an `errorCode`');
    if (absent.has(failure.errorCode)) return undefined;
    if (NOT_PERMITTED.test(failure.errorCode)) throw notPermitted(doing, answer);
    throw refusal(doing, {
      errorCode: failure.errorCode,
      errorMessage: printable(failure.errorMessage),
      ...(failure.detail && { detail: printable(failure.detail) }),
    });
  }

  #list<T>(what: string, value: unknown, read: (one: unknown) => T | undefined): readonly T[] {
    const list = readList(value, read);
    this.#leftOut(what, list.malformed);
    return list.records;
  }

  #leftOut(list: string, count: number): void {
    const what = printable(list);
    if (count > 0) this.#troubles.begin(what, `service-center: some of ${what} are malformed and left out`, { count });
    else this.#troubles.end(what, `service-center: none of ${what} is malformed any more`);
  }

  #service(serviceId: string): string {
    return `${this.#root}/microservices/${encodeURIComponent(serviceId)}`;
  }

  #instance(serviceId: string, instanceId: string): string {
    return `${this.#service(serviceId)}/instances/${encodeURIComponent(instanceId)}`;
  }

  #schema(serviceId: string, schemaId: string): string {
    return `${this.#service(serviceId)}/schemas/${encodeURIComponent(schemaId)}`;
  }
}

function recordOf(body: unknown): Readonly<Record<string, unknown>> {
  return isRecord(body) ? body : {};
}

function requiredId(doing: string, body: unknown, name: string): string {
  const id = idOf(recordOf(body)[name]);
  if (!id) throw malformed(doing, `a \`${name}\``);
  return id;
}

function malformed(doing: string, expected: string): ChassisError {
  const message = `service-center: ${doing}: expected ${expected} in the answer, got none`;
  return serviceCombError('REGISTRY_ANSWER_INVALID', message, { retryAfterMs: RETRY_AFTER_MS });
}

function notPermitted(doing: string, { address, body }: Answer): ChassisError {
  const { errorCode, errorMessage, detail } = readFailure(body)!;
  const why = printable(detail ? `${errorMessage}: ${detail}` : errorMessage);
  return serviceCombError(
    'REGISTRY_UNAUTHORIZED',
    `service-center at ${address}: ${doing} is not permitted to the account: ${why} (${errorCode})`,
  );
}
