import {
  BackOff,
  ChassisError,
  RegistrySection,
  type ContractStore,
  type Disposer,
  type RegistryContext,
  type ServiceIdentity,
  type ServiceQuery,
} from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import { ContractsSection } from '../sections/contracts.js';
import { failureCodeOf } from '../service-center/failure.js';
import type { Session } from '../service-center/session.js';
import { obeys, RULES } from '../session/check-names.js';
import { FAILURE } from '../wire/failure-codes.js';
import { ContractLookup } from './contract-lookup.js';
import { withJavaInterface } from './java-interface.js';
import { readSchemaFiles } from './schema-files.js';
import { storedSchemas, storeSchema, type SchemaPlace } from './store-schema.js';
import { UploadReport } from './upload-report.js';

/** What the contract store of service-center is made of. */
export interface ServiceCenterContractsOptions {
  readonly context: RegistryContext;
  readonly session: Session;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Contracts at a service-center, each beside the service it belongs to: stored when they differ from what is there, never deleted. What
 * cannot be stored is reported, and the service goes on: callers with a contract of their own need none.
 */
export class ServiceCenterContracts implements ContractStore {
  readonly #lookup: ContractLookup;
  readonly #report: UploadReport;
  readonly #pauses: BackOff;
  readonly #stopListening: Disposer;
  /** What is to be at the registry; undefined before anything was published. */
  #published: ReadonlyMap<string, string> | undefined;
  /** Those that kept the rest from being stored come last. */
  readonly #last = new Set<string>();
  #uploading: Promise<void> = Promise.resolve();
  #stopTimer: Disposer = () => {};
  #isClosed = false;

  constructor(private readonly options: ServiceCenterContractsOptions) {
    const { context, session } = options;
    this.#lookup = new ContractLookup(session, context.clock);
    this.#report = new UploadReport(context.logger);
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random: context.random });
    if (context.config.section(RegistrySection).uploadSchema) {
      // a file of another name is told of when it is not stored
      session.addSchemas(async () => [...(await this.#files()).keys()].filter((id) => obeys(id, RULES.schema)));
    }
    this.#stopListening = session.onRemade((serviceId) => this.#try(serviceId));
  }

  /**
   * Stores what was made of the schemas, and what is written by hand, which stands before it. Tells itself what is not stored; out of
   * reach, the registry is tried again later.
   */
  async publish(_service: ServiceIdentity, documents: ReadonlyMap<string, string>): Promise<void> {
    const { javaPackage } = this.options.context.config.section(ContractsSection);
    const contracts = [...documents].map(([id, text]) => [id, withJavaInterface(text, javaPackage, id)] as const);
    this.#published = new Map([...contracts, ...(await this.#files())]);
    await this.#try();
  }

  /** @throws ChassisError `REGISTRY_REFUSED`, also for a service that the registry does not have; `REGISTRY_UNAVAILABLE` */
  async put(service: ServiceIdentity, schemaId: string, document: string): Promise<void> {
    const place = await this.#place(await this.#serviceIdOf(service));
    const stored = await storedSchemas(place);
    await storeSchema(place, { schemaId, schema: document }, stored.get(schemaId));
  }

  get(query: ServiceQuery, schemaId: string): Promise<string | undefined> {
    // what it could not be told it does not have
    if (!obeys(schemaId, RULES.schema)) return Promise.resolve(undefined);
    const { center } = this.options.session;
    return this.#lookup.first(query, (serviceId) => center.schema(serviceId, schemaId));
  }

  /** Those of every version that has any. */
  async list(query: ServiceQuery): Promise<readonly string[]> {
    const { center } = this.options.session;
    const ids = new Set<string>();
    await this.#lookup.first(query, async (serviceId) => {
      for (const { schemaId } of await center.schemas(serviceId)) ids.add(schemaId);
      return undefined;
    });
    return [...ids].sort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    this.#stopListening();
    await this.options.session.close();
  }

  async #serviceIdOf(service: ServiceIdentity): Promise<string> {
    const { context, session } = this.options;
    const own = context.identity;
    const { environment, app: appId, service: serviceName, version } = service;
    const isOwn = (['environment', 'app', 'service', 'version'] as const).every((part) => service[part] === own[part]);
    if (isOwn) return session.serviceId();
    const id = await session.center.findServiceId({ environment, appId, serviceName, version });
    if (id !== undefined) return id;
    const name = `${appId}:${serviceName} ${version}`;
    throw serviceCombError(
      'REGISTRY_REFUSED',
      `service-center: storing a contract of ${name}: there is no such service`,
    );
  }

  #place(serviceId: string): SchemaPlace {
    const { context, session } = this.options;
    const { maxBytes } = context.config.section(ContractsSection);
    return { center: session.center, serviceId, maxBytes };
  }

  /** One upload after the other. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#uploading.then(run);
    this.#uploading = turn.catch(() => undefined);
    return turn;
  }

  /** Never rejects: an instance is not kept from its consumers by contracts that cannot be stored now. */
  async #try(known?: string): Promise<void> {
    if (!this.#published?.size || this.#isClosed) return;
    this.#stopTimer();
    const { session } = this.options;
    let serviceId = known;
    try {
      const id = (serviceId ??= await session.serviceId());
      await this.#inTurn(() => this.#upload(id));
      this.#pauses.reset();
    } catch (error) {
      this.#report.failed(error);
      if (serviceId !== undefined && failureCodeOf(error) === FAILURE.serviceMissing) session.forget(serviceId);
      if (mayWorkLater(error)) this.#later();
    }
  }

  #later(): void {
    if (this.#isClosed) return;
    this.#stopTimer = this.options.context.clock.after(this.#pauses.next(), () => void this.#try());
  }

  /**
   * Stores what differs. What the registry refuses does not keep it from the rest, unless it takes nothing at all.
   *
   * @throws ChassisError `REGISTRY_UNAVAILABLE`, `REGISTRY_UNAUTHORIZED`, and when the service is not there
   */
  async #upload(serviceId: string): Promise<void> {
    const contracts = this.#published;
    if (!contracts) return;
    const place = this.#place(serviceId);
    const stored = await storedSchemas(place);
    for (const schemaId of inOrder(contracts, this.#last)) {
      const schema = contracts.get(schemaId)!;
      try {
        await storeSchema(place, { schemaId, schema }, stored.get(schemaId));
        this.#report.stored(schemaId);
        this.#last.delete(schemaId);
      } catch (error) {
        if (!isRefused(error)) {
          this.#last.add(schemaId);
          throw error;
        }
        if (takesNone(error)) return this.#report.takesNone(error);
        this.#report.refused(schemaId, error);
      }
    }
    this.#report.ended();
  }

  async #files(): Promise<Map<string, string>> {
    const { config, directory, identity } = this.options.context;
    try {
      return await readSchemaFiles({ config, directory, service: identity.service });
    } catch (error) {
      this.#report.unreadable(error);
      return new Map();
    }
  }
}

function inOrder(contracts: ReadonlyMap<string, string>, last: ReadonlySet<string>): readonly string[] {
  const ids = [...contracts.keys()];
  return last.size === 0 ? ids : [...ids.filter((id) => !last.has(id)), ...ids.filter((id) => last.has(id))];
}

function isRefused(error: unknown): boolean {
  return ChassisError.is(error) && error.code === 'REGISTRY_REFUSED' && failureCodeOf(error) !== FAILURE.serviceMissing;
}

/** The registry lets nobody edit schemas, or not this account. */
function takesNone(error: unknown): boolean {
  const code = failureCodeOf(error);
  return code === FAILURE.forbidden || code === FAILURE.noPermission;
}

function mayWorkLater(error: unknown): boolean {
  return ChassisError.is(error) && (error.retryAfterMs !== undefined || error.code === 'REGISTRY_REFUSED');
}
