import type { InstanceRecord, SchemaRecord, ServiceKey, ServiceRecord } from '../../wire/records.js';

/** All versions of a service: what a consumer finds, depends on and is told the changes of. */
export class ServiceGroup {
  readonly services = new Set<ServiceEntry>();
  readonly consumers = new Set<ServiceEntry>();
  /** Grows with every change of what can be found; no number is given twice. */
  revision = 0;

  constructor(readonly key: string) {}
}

/** One version of a service. */
export class ServiceEntry {
  readonly instances = new Map<string, InstanceEntry>();
  readonly schemas = new Map<string, SchemaRecord>();
  tags: Readonly<Record<string, string>> = {};
  readonly providers = new Set<ServiceGroup>();
  revision = 0;
  /** What its record, schemas and tags take, in characters. */
  size = 0;

  constructor(
    /** `{domain}/{project}`. */
    readonly tenant: string,
    readonly group: ServiceGroup,
    public record: ServiceRecord,
  ) {}

  get id(): string {
    return this.record.serviceId!;
  }

  get key(): ServiceKey {
    const { environment, appId, serviceName, alias, version } = this.record;
    return {
      tenant: this.tenant,
      ...(environment ? { environment } : {}),
      ...{ appId, serviceName },
      ...(alias ? { alias } : {}),
      version,
    };
  }
}

/** An instance, and its lease. */
export class InstanceEntry {
  /** The record as JSON, made once for all who ask. */
  text = '';
  revision = 0;
  /** On the clock of {@link Leases}. */
  expiresAt = 0;
  /** When its lease is looked at next. */
  lookAt = 0;
  /** Where it stands in the heap of leases; -1 for not there. */
  place = -1;

  constructor(
    readonly service: ServiceEntry,
    public record: InstanceRecord,
    readonly leaseMs: number,
  ) {}

  get id(): string {
    return this.record.instanceId!;
  }
}

/** Whether a consumer may see a provider: the same environment, and the same application unless it is open to others. */
export function isAccessible({ record: consumer }: ServiceEntry, { record: provider }: ServiceEntry): boolean {
  if ((consumer.environment ?? '') !== (provider.environment ?? '')) return false;
  return consumer.appId === provider.appId || provider.properties?.['allowCrossApp']?.toLowerCase() === 'true';
}
