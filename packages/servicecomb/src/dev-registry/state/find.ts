import { createHash } from 'node:crypto';
import { FAILURE } from '../../wire/failure-codes.js';
import type { ServiceRecord } from '../../wire/records.js';
import { RegistryFailure, serviceMissing } from '../registry-failure.js';
import { isAccessible, type InstanceEntry, type ServiceEntry } from './entries.js';
import type { RegistryState } from './registry-state.js';

/** What is looked for, and for whom. */
export interface FindQuestion {
  readonly tenant: string;
  /** May be empty: then all is found, and nobody is told of changes. */
  readonly consumerId: string;
  readonly environment: string;
  readonly appId: string;
  /** Or the alias. */
  readonly serviceName: string;
  /** Only named in messages: all versions are found. */
  readonly version: string;
  /** Names of tags that the service must have. */
  readonly tags: readonly string[];
}

/** What was found. */
export interface Found {
  readonly revision: string;
  readonly instances: readonly InstanceEntry[];
}

/** Finds the instances of a service's versions that a consumer may see, and notes that it depends on it. */
export class Finder {
  /** @param seed - makes the revisions of one run of the registry unlike those of another */
  constructor(
    private readonly state: RegistryState,
    private readonly seed: string,
  ) {}

  find(question: FindQuestion): Found {
    const { tenant, consumerId, tags } = question;
    const consumer = this.consumer(tenant, consumerId);
    const environment = consumer ? (consumer.record.environment ?? '') : question.environment;
    const versions = [...this.state.index.versions(tenant, { ...question, environment })];
    if (versions.length === 0) throw missing({ ...question, environment }, consumer);
    const instances: InstanceEntry[] = [];
    for (const service of versions) {
      if (consumer && !isAccessible(consumer, service)) continue;
      if (consumer) this.state.depend(consumer, service);
      if (tags.every((tag) => Object.hasOwn(service.tags, tag))) instances.push(...service.instances.values());
    }
    return { revision: this.revisionOf(versions.map(({ group }) => group.revision)), instances };
  }

  /**
   * Who asks; undefined for nobody in particular.
   *
   * @throws RegistryFailure when it says to be one that is not there
   */
  consumer(tenant: string, id: string): ServiceEntry | undefined {
    if (id === '') return undefined;
    const entry = this.state.index.byId(tenant, id);
    if (!entry) throw serviceMissing(`Consumer[${id}] does not exist.`);
    return entry;
  }

  /** @throws RegistryFailure when it is not there, or not for the one who asks */
  instance(consumer: ServiceEntry | undefined, service: ServiceEntry, id: string): InstanceEntry {
    const entry = service.instances.get(id);
    if (entry && (!consumer || isAccessible(consumer, service))) return entry;
    const detail = `${this.asked(consumer, service)} instance[${id}] failed, provider instance does not exist`;
    throw new RegistryFailure(FAILURE.instanceMissing, detail);
  }

  /** Who asks for whom, as messages have it. */
  asked(consumer: ServiceEntry | undefined, { id, record }: ServiceEntry): string {
    return `Consumer[${consumer?.id ?? ''}][${flagOf(consumer?.record)}] find provider[${id}][${flagOf(record)}]`;
  }

  /** As it is told: 40 hexadecimal digits. */
  revisionOf(revisions: readonly number[]): string {
    return createHash('sha1')
      .update(`${this.seed}/${[...new Set(revisions)].sort().join('/')}`)
      .digest('hex');
  }
}

function missing(question: FindQuestion, consumer: ServiceEntry | undefined): Error {
  const { consumerId, environment, appId, serviceName, version } = question;
  const asker = `Consumer[${consumerId}][${flagOf(consumer?.record)}]`;
  const provider = [environment, appId, serviceName, version].join('/');
  return serviceMissing(`${asker} find provider[${provider}] failed, provider does not exist`);
}

function flagOf(record: Partial<ServiceRecord> = {}): string {
  const { environment = '', appId = '', serviceName = '', version = '' } = record;
  return [environment, appId, serviceName, version].join('/');
}
