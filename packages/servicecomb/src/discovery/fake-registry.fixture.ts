import {
  coreError,
  Logger,
  seededRandom,
  VirtualClock,
  type Config,
  type Disposer,
  type LogFields,
  type RegistryValues,
} from '@ts-chassis/core';
import { serviceCombError } from '../codes.js';
import type { Socket, SocketListener } from '../connection/connection.js';
import { refusal } from '../service-center/failure.js';
import type { BatchAnswer, BatchQuestion, ServiceCenter } from '../service-center/service-center.js';
import type { Session } from '../service-center/session.js';
import type { InstanceRecord, ServiceRecord } from '../wire/records.js';
import type { Probe } from './probe.js';
import { ServiceCenterDiscovery, type DiscoveryContext } from './service-center-discovery.js';

/** One request for lists. */
export interface Asked {
  readonly consumer: string | undefined;
  readonly services: readonly string[];
  readonly revisions: readonly (string | undefined)[];
}

/** A watch that was opened. */
export interface FakeWatch {
  readonly serviceId: string;
  readonly listener: SocketListener;
  isOpen: boolean;
}

const nameOf = ({ service: { environment, appId, serviceName } }: BatchQuestion): string =>
  `${environment ? `${environment}/` : ''}${appId}:${serviceName}`;

/** A registry in memory: the lists of its services, who may ask, and who watches. */
export class FakeRegistry {
  readonly lists = new Map<string, { revision: string; instances: readonly InstanceRecord[] }>();
  readonly records = new Map<string, ServiceRecord>();
  readonly texts = new Map<string, string>();
  /** Contracts that are answered with what cannot be read. */
  readonly unreadable = new Set<string>();
  readonly asked: Asked[] = [];
  readonly watches: FakeWatch[] = [];
  readonly looked: string[] = [];
  /** Ids of consumers that it knows. */
  readonly consumers = new Set(['own1']);
  /** Consumers that it forgot are refused as a whole, as by some versions. */
  refusesWhole = false;
  failure: Error | undefined;
  /** Lists are answered after it. */
  gate: Promise<void> | undefined;
  /** What it answers to one service alone. */
  readonly refused = new Map<string, BatchAnswer>();
  /** One of these names spoils a whole request. */
  readonly spoiling = new Set<string>();
  #revision = 0;

  set(name: string, ...instances: readonly InstanceRecord[]): this {
    this.lists.set(name, { revision: `r${++this.#revision}`, instances });
    return this;
  }

  outage(isOut: boolean): void {
    this.failure = isOut ? coreError('REGISTRY_UNAVAILABLE', 'no answer', { retryAfterMs: 1000 }) : undefined;
  }

  get present(): FakeWatch {
    return this.watches.at(-1)!;
  }

  tell(action: string, name: string, instance?: object): void {
    const [appId, serviceName] = name.split(':');
    const key = { tenant: 'default/default', appId, serviceName, version: '3.0.0' };
    this.present.listener.message?.(JSON.stringify({ action, key, instance }));
  }

  readonly center: ServiceCenter = {
    findInstances: async (consumer, questions) => {
      if (this.gate) await this.gate;
      return this.#find(consumer, questions);
    },
    service: async (id) => {
      this.looked.push(id);
      if (this.failure) throw this.failure;
      const own = { serviceId: id, appId: 'default', serviceName: 'own', version: '1.0.0' };
      return this.records.get(id) ?? (this.consumers.has(id) ? own : undefined);
    },
    services: async () => {
      if (this.failure) throw this.failure;
      return [...this.records.values()];
    },
    schema: async (serviceId, schemaId) => {
      this.looked.push(`${serviceId}/${schemaId}`);
      if (this.unreadable.has(`${serviceId}/${schemaId}`)) {
        throw serviceCombError('REGISTRY_ANSWER_INVALID', 'more than 16777216 bytes', { retryAfterMs: 1000 });
      }
      return this.texts.get(`${serviceId}/${schemaId}`);
    },
    watch: (serviceId, listener) => this.#watch(serviceId, listener),
  } satisfies Partial<ServiceCenter> as unknown as ServiceCenter;

  #find(consumer: string | undefined, questions: readonly BatchQuestion[]): readonly BatchAnswer[] {
    const services = questions.map(nameOf);
    this.asked.push({ consumer, services, revisions: questions.map(({ revision }) => revision) });
    if (this.failure) throw this.failure;
    const isStranger = consumer !== undefined && !this.consumers.has(consumer);
    if (isStranger && this.refusesWhole) {
      throw refusal('this', { errorCode: '400012', errorMessage: 'Micro-service does not exist' });
    }
    if (services.some((name) => this.spoiling.has(name))) {
      throw refusal('this', { errorCode: '400001', errorMessage: 'Invalid parameter(s)' });
    }
    return questions.map((question) => this.#answer(question, isStranger));
  }

  #answer(question: BatchQuestion, isStranger: boolean): BatchAnswer {
    const refused = this.refused.get(nameOf(question));
    if (refused) return refused;
    const list = this.lists.get(nameOf(question));
    if (!list || isStranger) return { kind: 'failed', code: '400012', message: 'Micro-service does not exist' };
    return question.revision === list.revision ? { kind: 'same' } : { kind: 'updated', ...list };
  }

  #watch(serviceId: string, listener: SocketListener): Socket {
    const watch: FakeWatch = { serviceId, listener, isOpen: true };
    this.watches.push(watch);
    return { close: () => void (watch.isOpen = false) };
  }
}

/** Who we are at a {@link FakeRegistry}: own1, and own2 once that is forgotten. */
export class FakeSession implements Session {
  readonly #runs = new Set<(serviceId: string) => Promise<void>>();
  #number = 1;
  isClosed = false;
  failure: Error | undefined;

  constructor(private readonly registry: FakeRegistry) {}

  get center(): ServiceCenter {
    return this.registry.center;
  }

  async serviceId(): Promise<string> {
    if (this.failure ?? this.registry.failure) throw this.failure ?? this.registry.failure;
    const id = `own${this.#number}`;
    if (this.#number === 1 || this.registry.consumers.has(id)) return id;
    this.registry.consumers.add(id);
    for (const run of this.#runs) await run(id);
    return id;
  }

  forget(serviceId: string): void {
    if (serviceId === `own${this.#number}`) this.#number += 1;
  }

  onRemade(run: (serviceId: string) => Promise<void>): Disposer {
    this.#runs.add(run);
    return () => void this.#runs.delete(run);
  }

  restored(): Promise<void> {
    return Promise.resolve();
  }

  addSchemas(): void {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** A log to look at. */
export class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(message: string, _fields?: LogFields): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string, _fields?: LogFields): void {
    this.lines.push(`warn ${message}`);
  }
  error(message: string, _fields?: LogFields): void {
    this.lines.push(`error ${message}`);
  }
  child(): Logger {
    return this;
  }
}

/** A record of an instance of some service. */
export function record(instanceId: string, change: Partial<InstanceRecord> = {}): InstanceRecord {
  const number = [...instanceId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return {
    instanceId,
    serviceId: 'catalog1',
    endpoints: [`rest://10.0.0.${number % 250}:8080`],
    hostName: `host-${instanceId}`,
    status: 'UP',
    version: '1.0.0',
    ...change,
  };
}

/** A discovery at a registry, its time moved by hand. */
export interface Discovering {
  readonly registry: FakeRegistry;
  readonly session: FakeSession;
  readonly clock: VirtualClock;
  readonly log: Lines;
  readonly discovery: ServiceCenterDiscovery;
  /** Hosts that answer a probe. */
  readonly alive: Set<string>;
  readonly probed: string[];
}

const SETTINGS: Partial<RegistryValues> = {
  ...{ refreshInterval: 30_000, watch: false, healthCheck: false, autoIPIndex: false, autoSchemaIndex: false },
};

export function discovering(settings: Partial<RegistryValues> = {}, environment = ''): Discovering {
  const registry = new FakeRegistry();
  const session = new FakeSession(registry);
  const clock = new VirtualClock();
  const log = new Lines();
  const config = { section: () => ({ ...SETTINGS, ...settings }) } as unknown as Config;
  const identity = { environment, app: 'default', service: 'own', version: '1.0.0' };
  const context: DiscoveryContext = { clock, random: seededRandom(1), logger: log, identity, config };
  const alive = new Set<string>();
  const probed: string[] = [];
  const probe: Probe = async (endpoints) => {
    probed.push(...endpoints.map(({ host }) => host));
    return endpoints.some(({ host }) => alive.has(host));
  };
  const discovery = new ServiceCenterDiscovery(context, session, probe);
  return { registry, session, clock, log, discovery, alive, probed };
}
