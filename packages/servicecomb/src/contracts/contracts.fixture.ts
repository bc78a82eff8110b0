import { createHash } from 'node:crypto';
import { Logger, seededRandom, VirtualClock, type LogFields } from '@ts-chassis/core';
import { registryContext } from '@ts-chassis/testing';
import { refusal } from '../service-center/failure.js';
import type { BatchAnswer, BatchQuestion, ServiceCenter } from '../service-center/service-center.js';
import type { Session } from '../service-center/session.js';
import { FAILURE } from '../wire/failure-codes.js';
import type { InstanceRecord, SchemaRecord, ServiceRecord } from '../wire/records.js';
import { ServiceCenterContracts } from './service-center-contracts.js';

/** The lines of a log. */
export class Lines extends Logger {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields | undefined }[] = [];
  debug(): void {}
  info(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'info', message, fields });
  }
  warn(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'warn', message, fields });
  }
  error(message: string, fields?: LogFields): void {
    this.lines.push({ level: 'error', message, fields });
  }
  child(): Logger {
    return this;
  }
}

/** What a service-center keeps of contracts, and what it was asked. */
export class FakeCenter {
  readonly records: ServiceRecord[] = [];
  readonly instances: InstanceRecord[] = [];
  readonly texts = new Map<string, Map<string, string>>();
  readonly calls: string[] = [];
  /** v1.4.8 lists none for contracts that others stored. */
  listsSummaries = true;
  /** Thrown by each call with this name. */
  readonly fails = new Map<string, () => Error>();

  async services(): Promise<readonly ServiceRecord[]> {
    this.#called('services');
    return [...this.records];
  }

  async findServiceId({ serviceName, version }: { serviceName: string; version: string }): Promise<string | undefined> {
    return this.records.find((record) => record.serviceName === serviceName && record.version === version)?.serviceId;
  }

  async findInstances(
    consumerId: string | undefined,
    questions: readonly BatchQuestion[],
  ): Promise<readonly BatchAnswer[]> {
    this.#called(`find ${consumerId ?? 'by nobody'}`);
    return questions.map(({ service }): BatchAnswer => {
      const records = this.records.filter((record) => record.serviceName === service.serviceName);
      if (records.length === 0) return { kind: 'failed', code: FAILURE.serviceMissing, message: 'none' };
      const ids = new Set(records.map(({ serviceId }) => serviceId));
      return {
        kind: 'updated',
        revision: '1',
        instances: this.instances.filter(({ serviceId }) => ids.has(serviceId)),
      };
    });
  }

  async schemas(serviceId: string): Promise<readonly SchemaRecord[]> {
    this.#called(`list ${serviceId}`);
    return [...this.#of(serviceId)].map(([schemaId, text]) => ({
      schemaId,
      ...(this.listsSummaries && { summary: createHash('sha256').update(text).digest('hex') }),
    }));
  }

  async schema(serviceId: string, schemaId: string): Promise<string | undefined> {
    this.#called(`get ${serviceId} ${schemaId}`);
    return this.#of(serviceId).get(schemaId);
  }

  async putSchema(serviceId: string, { schemaId, schema, summary }: Required<SchemaRecord>): Promise<void> {
    this.#called(`put ${serviceId} ${schemaId}`);
    if (summary !== createHash('sha256').update(schema).digest('hex')) throw new Error('a wrong summary');
    this.#of(serviceId).set(schemaId, schema);
  }

  /** What of the calls wrote. */
  get puts(): readonly string[] {
    return this.calls.filter((call) => call.startsWith('put ')).map((call) => call.slice(4));
  }

  add(serviceId: string, record: Partial<ServiceRecord>): void {
    this.records.push({ serviceId, appId: 'default', serviceName: 'catalog', version: '1.0.0', ...record });
    this.texts.set(serviceId, new Map());
  }

  #of(serviceId: string): Map<string, string> {
    const found = this.texts.get(serviceId);
    if (found) return found;
    throw refusal('asking', { errorCode: FAILURE.serviceMissing, errorMessage: 'Micro-service does not exist' });
  }

  #called(call: string): void {
    this.calls.push(call);
    const [name] = call.split(' ');
    const failure = this.fails.get(name!);
    if (failure) throw failure();
  }
}

/** A session whose service is `own`. */
export class FakeSession {
  readonly ids: (() => Promise<readonly string[]>)[] = [];
  readonly forgotten: string[] = [];
  remade: (serviceId: string) => Promise<void> = () => Promise.resolve();
  closed = 0;

  constructor(readonly center: ServiceCenter) {}

  serviceId = (): Promise<string> => Promise.resolve('own');
  forget = (serviceId: string): void => void this.forgotten.push(serviceId);
  restored = (): Promise<void> => Promise.resolve();
  onRemade(run: (serviceId: string) => Promise<void>): () => void {
    this.remade = run;
    return () => undefined;
  }
  addSchemas(ids: () => Promise<readonly string[]>): void {
    this.ids.push(ids);
  }
  async close(): Promise<void> {
    this.closed++;
  }
}

/** A store over a registry that is not there. */
export function storeOf(values: Readonly<Record<string, unknown>> = {}, directory?: string) {
  const center = new FakeCenter();
  center.add('own', { serviceName: 'test', version: '1.0.0' });
  const session: FakeSession & Session = new FakeSession(center as unknown as ServiceCenter);
  const logger = new Lines();
  const clock = new VirtualClock();
  const contracts = { javaPackage: '', maxBytes: 1_000_000, schemaRoot: '', ...values };
  const sections: Record<string, unknown> = {
    'servicecomb.contracts': contracts,
    'servicecomb.registry': { uploadSchema: true },
  };
  const config = { section: ({ key }: { key: string }) => sections[key] } as never;
  const context = registryContext({ clock, logger, config, random: seededRandom(1), directory });
  const store = new ServiceCenterContracts({ context, session });
  return { store, center, session, logger, clock, identity: context.identity };
}
