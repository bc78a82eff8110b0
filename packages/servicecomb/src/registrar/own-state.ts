import type { Instance, InstanceUpdate } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';

/** Where an instance is at service-center. */
export interface Place {
  readonly serviceId: string;
  readonly instanceId: string;
}

const FIELDS = ['status', 'metadata'] as const;

/** What an instance says of itself, and what of it has not reached the registry yet. */
export class OwnState {
  readonly #unsent = new Set<keyof InstanceUpdate>();

  constructor(private instance: Instance) {}

  get current(): Instance {
    return this.instance;
  }

  get isSent(): boolean {
    return this.#unsent.size === 0;
  }

  /** @returns takes it back, as far as it was not changed again meanwhile */
  change(change: InstanceUpdate): () => void {
    const before = this.instance;
    const changed = FIELDS.filter((field) => change[field] !== undefined);
    this.instance = { ...before, ...change };
    for (const field of changed) this.#unsent.add(field);
    return () => {
      for (const field of changed) {
        if (this.instance[field] !== change[field]) continue;
        this.instance = { ...this.instance, [field]: before[field] };
        this.#unsent.delete(field);
      }
    };
  }

  /** Tells the registry what was changed. */
  async send(center: ServiceCenter, { serviceId, instanceId }: Place): Promise<void> {
    await this.#sendField('status', (status) => center.setStatus(serviceId, instanceId, status));
    await this.#sendField('metadata', (metadata) => center.setProperties(serviceId, instanceId, metadata));
  }

  async #sendField<F extends keyof InstanceUpdate>(
    field: F,
    send: (value: Instance[F]) => Promise<void>,
  ): Promise<void> {
    if (!this.#unsent.has(field)) return;
    const value = this.instance[field];
    await send(value);
    // Changed again while it was told, it is to be told again.
    if (value === this.instance[field]) this.#unsent.delete(field);
  }
}
