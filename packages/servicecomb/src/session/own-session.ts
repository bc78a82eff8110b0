import { ChassisError, coreError, type Disposer, type Logger } from '@ts-chassis/core';
import { failureCodeOf } from '../service-center/failure.js';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { Session } from '../service-center/session.js';
import { FAILURE } from '../wire/failure-codes.js';
import type { ServiceRecord } from '../wire/records.js';
import { changedProperties, checkIdentity, serviceRecord, type RecordContext } from './service-record.js';

/** What an {@link OwnSession} is made of. */
export interface OwnSessionOptions extends RecordContext {
  readonly logger: Logger;
  /** Makes the connection, when it is first needed. */
  readonly connect: () => ServiceCenter;
}

type Restore = (serviceId: string) => Promise<void>;

/** Finds or makes the record of our own service, once for all who need it, and anew when the registry lost it. */
export class OwnSession implements Session {
  readonly #furtherSchemas: (() => Promise<readonly string[]>)[] = [];
  readonly #restores = new Set<Restore>();
  /** What has to run since the service was made anew. */
  readonly #owed = new Set<Restore>();
  #center: ServiceCenter | undefined;
  #closed = false;
  #finding: Promise<string> | undefined;
  #known: string | undefined;
  #lost: string | undefined;
  #restoring: Promise<void> | undefined;

  /** @throws ChassisError `CONFIG_INVALID` for a service whose names service-center does not take */
  constructor(private readonly options: OwnSessionOptions) {
    checkIdentity(options.identity);
  }

  get center(): ServiceCenter {
    if (!this.#center && this.#closed) throw coreError('REGISTRY_UNAVAILABLE', 'service-center: the session is closed');
    return (this.#center ??= this.options.connect());
  }

  serviceId(): Promise<string> {
    this.#finding ??= this.#find().catch((error: unknown) => {
      this.#finding = undefined;
      throw error;
    });
    if (this.#owed.size > 0) this.#restoreMeanwhile();
    return this.#finding;
  }

  forget(serviceId: string): void {
    if (this.#known !== serviceId) return;
    this.#lost = serviceId;
    this.#known = this.#finding = undefined;
  }

  onRemade(run: Restore): Disposer {
    this.#restores.add(run);
    return () => {
      this.#restores.delete(run);
      this.#owed.delete(run);
    };
  }

  restored(): Promise<void> {
    if (this.#owed.size === 0) return Promise.resolve();
    this.#restoring ??= this.#restore().finally(() => (this.#restoring = undefined));
    return this.#restoring;
  }

  addSchemas(ids: () => Promise<readonly string[]>): void {
    this.#furtherSchemas.push(ids);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#center?.close();
  }

  async #find(): Promise<string> {
    const { environment, app, service, version } = this.options.identity;
    const further = await Promise.all(this.#furtherSchemas.map((ids) => ids()));
    const record = serviceRecord(this.options, further.flat());
    const found = await this.center.findServiceId({ appId: app, serviceName: service, version, environment });
    if (found !== undefined) await this.#correct(found, record);
    const serviceId = found ?? (await this.#create(record));
    this.#known = serviceId;
    if (this.#lost !== undefined) this.#remade();
    return serviceId;
  }

  async #create(record: ServiceRecord): Promise<string> {
    if (this.#lost === undefined) return this.center.createService(record);
    try {
      return await this.center.createService({ serviceId: this.#lost, ...record });
    } catch (error) {
      if (failureCodeOf(error) !== FAILURE.serviceExists) throw error;
      // Another process of this service was faster, and got another id.
      return this.center.createService(record);
    }
  }

  /** A record that is there already stays as it was made, by this interface, but for its properties. */
  async #correct(serviceId: string, { properties = {} }: ServiceRecord): Promise<void> {
    try {
      const there = await this.center.service(serviceId);
      const changed = there && changedProperties(there.properties ?? {}, properties);
      if (changed) await this.center.setServiceProperties(serviceId, changed);
    } catch (error) {
      if (failureCodeOf(error) === undefined) throw error;
      this.options.logger.warn('service-center: the properties of this service stay as they are in the registry', {
        error,
      });
    }
  }

  #remade(): void {
    this.#lost = undefined;
    for (const run of this.#restores) this.#owed.add(run);
    this.#restoreMeanwhile();
  }

  /** For those who do not wait for it; who does is told of what fails, the others come by again. */
  #restoreMeanwhile(): void {
    this.restored().catch(() => undefined);
  }

  async #restore(): Promise<void> {
    const serviceId = this.#known;
    if (serviceId === undefined) return;
    for (const run of [...this.#owed]) {
      try {
        await run(serviceId);
      } catch (error) {
        if (ChassisError.is(error) && error.code === 'REGISTRY_UNAVAILABLE') throw error;
        this.options.logger.warn('service-center: not all that hung on this service could be restored', { error });
      }
      this.#owed.delete(run);
    }
  }
}
