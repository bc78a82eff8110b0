import { coreError } from '@ts-chassis/core';
import type { Socket, SocketListener } from '../connection/connection.js';
import { refusal } from '../service-center/failure.js';
import type { BatchAnswer, ServiceCenter, ServiceQuestion } from '../service-center/service-center.js';
import type { InstanceRecord, SchemaRecord, ServiceRecord } from '../wire/records.js';

/** A service-center in memory, which notes what it is asked and fails as it is told. */
export class FakeServiceCenter implements ServiceCenter {
  readonly records = new Map<string, ServiceRecord>();
  readonly instances = new Map<string, InstanceRecord>();
  readonly calls: string[] = [];
  readonly sockets: SocketListener[] = [];
  /** What every call fails with. */
  failure: Error | undefined;
  /** What calls of one method fail with. */
  readonly failures = new Map<string, Error>();
  /** Each call waits for it. */
  gate: Promise<void> = Promise.resolve();
  openSockets = 0;
  isClosed = false;

  async findServiceId(question: ServiceQuestion): Promise<string | undefined> {
    await this.#called(`find ${question.appId}/${question.serviceName}/${question.version}`);
    return [...this.records].find(([, record]) => isSame(record, question))?.[0];
  }

  async createService(service: ServiceRecord): Promise<string> {
    await this.#called(`createService${service.serviceId ? ` ${service.serviceId}` : ''}`);
    const [id] = [...this.records].find(([, record]) => isSame(record, service)) ?? [];
    if (id && service.serviceId && service.serviceId !== id) {
      throw refusal('createService', { errorCode: '400010', errorMessage: 'exists' });
    }
    const serviceId = id ?? service.serviceId ?? `s${this.records.size + 1}`;
    if (!id) this.records.set(serviceId, service);
    return serviceId;
  }

  async service(serviceId: string): Promise<ServiceRecord | undefined> {
    await this.#called(`service ${serviceId}`);
    return this.records.get(serviceId);
  }

  async services(): Promise<readonly ServiceRecord[]> {
    return [...this.records.values()];
  }

  async setServiceProperties(serviceId: string, properties: Readonly<Record<string, string>>): Promise<void> {
    await this.#called(`setServiceProperties ${serviceId} ${JSON.stringify(properties)}`);
    this.records.set(serviceId, { ...this.records.get(serviceId)!, properties });
  }

  async createInstance(instance: InstanceRecord): Promise<string> {
    await this.#called(`createInstance ${instance.serviceId} ${instance.instanceId}`);
    this.#known(instance.serviceId);
    const id = instance.instanceId!;
    if (!this.instances.has(id)) this.instances.set(id, instance);
    return id;
  }

  async deleteInstance(serviceId: string, instanceId: string): Promise<void> {
    await this.#called(`deleteInstance ${instanceId}`);
    this.#instance(serviceId, instanceId);
    this.instances.delete(instanceId);
  }

  async heartbeat(serviceId: string, instanceId: string): Promise<void> {
    await this.#called(`heartbeat ${instanceId}`);
    this.#instance(serviceId, instanceId);
  }

  async setStatus(serviceId: string, instanceId: string, status: string): Promise<void> {
    await this.#called(`setStatus ${status}`);
    this.instances.set(instanceId, { ...this.#instance(serviceId, instanceId), status });
  }

  async setProperties(serviceId: string, instanceId: string, properties: Record<string, string>): Promise<void> {
    await this.#called(`setProperties ${JSON.stringify(properties)}`);
    this.instances.set(instanceId, { ...this.#instance(serviceId, instanceId), properties });
  }

  async findInstances(): Promise<readonly BatchAnswer[]> {
    return [];
  }

  async schemas(): Promise<readonly SchemaRecord[]> {
    return [];
  }

  async schema(): Promise<string | undefined> {
    return undefined;
  }

  async putSchema(serviceId: string, { schemaId }: SchemaRecord): Promise<void> {
    await this.#called(`putSchema ${serviceId} ${schemaId}`);
  }

  watch(): Socket {
    throw new Error('nobody watches');
  }

  openHeartbeat(serviceId: string, instanceId: string, listener: SocketListener): Socket {
    this.calls.push(`openHeartbeat ${serviceId} ${instanceId}`);
    this.openSockets += 1;
    let isOpen = true;
    const closed: SocketListener['closed'] = (end) => {
      if (isOpen) this.openSockets -= 1;
      isOpen = false;
      listener.closed(end);
    };
    this.sockets.push({ ...listener, closed });
    return { close: () => closed({ code: 1000, reason: '' }) };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** The calls since it was asked the last time. */
  taken(): readonly string[] {
    return this.calls.splice(0);
  }

  /** The registry is not there, or there again. */
  outage(out: boolean): void {
    this.failure = out ? coreError('REGISTRY_UNAVAILABLE', 'no answer', { retryAfterMs: 1000 }) : undefined;
  }

  /** All data is gone. */
  forgetAll(): void {
    this.records.clear();
    this.instances.clear();
  }

  async #called(call: string): Promise<void> {
    this.calls.push(call);
    await this.gate;
    const failure = this.failure ?? this.failures.get(call.split(' ')[0]!);
    if (failure) throw failure;
  }

  #known(serviceId: string): void {
    if (!this.records.has(serviceId)) {
      throw refusal('this', { errorCode: '400012', errorMessage: 'Micro-service does not exist' });
    }
  }

  #instance(serviceId: string, instanceId: string): InstanceRecord {
    const instance = this.instances.get(instanceId);
    if (instance?.serviceId === serviceId) return instance;
    throw refusal('this', { errorCode: '400017', errorMessage: 'Instance does not exist' });
  }
}

function isSame(record: ServiceRecord, question: Partial<ServiceRecord>): boolean {
  return (
    record.appId === question.appId &&
    record.serviceName === question.serviceName &&
    record.version === question.version &&
    (record.environment ?? '') === (question.environment ?? '')
  );
}
