import type { ServiceCenter } from '../service-center/service-center.js';
import type { InstanceRecord } from '../wire/records.js';

/** Versions kept at most. */
const MOST = 4096;
/** What an instance is whose version nobody tells: older than every other. */
const UNKNOWN = '0.0.0';

/** The versions of services by their ids, for registries that do not write them into the records of instances. */
export class ServiceVersions {
  readonly #known = new Map<string, string>();

  constructor(private readonly center: () => ServiceCenter) {}

  of(serviceId: string): string {
    return this.#known.get(serviceId) ?? UNKNOWN;
  }

  /** Asks for those that records leave out; a registry that does not say leaves them unknown. */
  async learn(records: readonly InstanceRecord[]): Promise<void> {
    const missing = new Set<string>();
    for (const { version, serviceId } of records) {
      if (!version && serviceId && !this.#known.has(serviceId)) missing.add(serviceId);
    }
    if (missing.size > 0) await Promise.all([...missing].map((id) => this.#ask(id)));
  }

  async #ask(serviceId: string): Promise<void> {
    const service = await this.center()
      .service(serviceId)
      .catch(() => undefined);
    if (!service?.version) return;
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(serviceId, service.version);
  }
}
