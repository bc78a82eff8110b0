/** The records of service-center's interface v4, as they stand on the wire; what is empty is left out there. */

/**
 * A service, which is one version of it, as service-center's interface v4 tells it; what is empty is left out.
 *
 * @example
 * ```ts
 * const [service]: readonly ServiceRecord[] = registry.services();
 * console.log(service?.serviceName, service?.version);
 * ```
 */
export interface ServiceRecord {
  readonly serviceId?: string;
  readonly appId: string;
  readonly serviceName: string;
  readonly version: string;
  readonly description?: string;
  readonly level?: string;
  readonly schemas?: readonly string[];
  readonly paths?: readonly { readonly path: string; readonly property?: Readonly<Record<string, string>> }[];
  readonly status?: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** Seconds since 1970, like `modTimestamp`. */
  readonly timestamp?: string;
  readonly modTimestamp?: string;
  readonly alias?: string;
  readonly environment?: string;
  readonly registerBy?: string;
  readonly framework?: { readonly name: string; readonly version: string };
}

/**
 * An instance of a service, as service-center's interface v4 tells it; what is empty is left out.
 *
 * @example
 * ```ts
 * const [instance]: readonly InstanceRecord[] = registry.instances();
 * console.log(instance?.endpoints, instance?.status); // [ 'rest://127.0.0.1:8080' ] UP
 * ```
 */
export interface InstanceRecord {
  readonly instanceId?: string;
  readonly serviceId: string;
  readonly endpoints: readonly string[];
  readonly hostName: string;
  readonly status?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly healthCheck?: {
    readonly mode: string;
    readonly port?: number;
    /** Seconds between two heartbeats. */
    readonly interval: number;
    /** How many heartbeats may be missed. */
    readonly times: number;
    readonly url?: string;
  };
  readonly timestamp?: string;
  readonly modTimestamp?: string;
  readonly dataCenterInfo?: { readonly name: string; readonly region: string; readonly availableZone: string };
  readonly version?: string;
}

/** Whom a query or an event is about. */
export interface ServiceKey {
  /** `{domain}/{project}`. */
  readonly tenant?: string;
  readonly environment?: string;
  readonly appId: string;
  readonly serviceName: string;
  readonly alias?: string;
  readonly version: string;
}

/** A contract. */
export interface SchemaRecord {
  readonly schemaId: string;
  /** SHA-256 of the text in hexadecimal digits. */
  readonly summary?: string;
  readonly schema?: string;
}

/** What every failure is told by. */
export interface FailureRecord {
  /** Six digits, the first three those of the HTTP status. */
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly detail?: string;
}

/** What a watcher is told. */
export interface WatchEvent {
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE' | 'EXPIRE' | 'ERROR' | 'INIT';
  readonly key: ServiceKey;
  readonly instance: InstanceRecord;
}
