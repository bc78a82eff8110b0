import {
  coreError,
  RegistrySection,
  type Instance,
  type Registrar,
  type Registration,
  type RegistryContext,
} from '@ts-chassis/core';
import type { Session } from '../service-center/session.js';
import { checkInstance } from './instance-record.js';
import { KeptInstance, type KeepingOptions } from './kept-instance.js';

/** The least time between two beats, as in go-chassis. */
const LEAST_INTERVAL_MS = 10_000;

/** Announces instances of this application's service at a service-center. */
export class ServiceCenterRegistrar implements Registrar {
  readonly #kept = new Set<KeptInstance>();
  /** Those of which nobody knows whether the registry took them, by their ids. */
  readonly #unheard = new Map<string, KeptInstance>();
  readonly #keeping: KeepingOptions;
  #closed: Promise<void> | undefined;

  constructor(
    context: Pick<RegistryContext, 'clock' | 'random' | 'logger' | 'config'>,
    private readonly session: Session,
  ) {
    const { clock, random, logger, config } = context;
    const { mode, interval } = config.section(RegistrySection).heartbeat;
    const intervalMs = Math.max(interval, LEAST_INTERVAL_MS);
    if (interval < LEAST_INTERVAL_MS) {
      logger.warn('servicecomb.registry.heartbeat.interval: beats come 10 s apart at the least', { interval });
    }
    this.#keeping = { clock, random, logger, session, intervalMs, bySocket: mode === 'ping-pong' };
  }

  /** @throws ChassisError `CONFIG_INVALID` for what service-center would refuse; `REGISTRY_REFUSED` for what it does refuse */
  async register(instance: Instance): Promise<Registration> {
    checkInstance(instance);
    if (this.#closed) throw coreError('REGISTRY_UNAVAILABLE', 'service-center: the registrar is closed');
    const kept = new KeptInstance(this.#keeping, instance, () => this.#kept.delete(kept));
    this.#kept.add(kept);
    try {
      await kept.announce();
    } catch (error) {
      // it is withdrawn at the end, unless it is announced until then
      if (kept.mayBeThere) this.#replaceUnheard(instance.id, kept);
      else await kept.deregister();
      throw error;
    }
    this.#replaceUnheard(instance.id, undefined);
    return kept;
  }

  /** Deregisters what is still registered. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #replaceUnheard(id: string, kept: KeptInstance | undefined): void {
    this.#unheard.get(id)?.abandon();
    if (kept) this.#unheard.set(id, kept);
    else this.#unheard.delete(id);
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#kept].map((kept) => kept.deregister()));
    await this.session.close();
  }
}
