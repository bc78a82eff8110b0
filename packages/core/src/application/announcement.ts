import { BackOff } from '../clock/back-off.js';
import type { Clock, Disposer } from '../clock/clock.js';
import type { Random } from '../clock/random.js';
import type { Instance } from '../endpoint/instance.js';
import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import { checkedUpdate } from '../registry/checked-update.js';
import { OwnInstance, type InstanceUpdate } from '../registry/own-instance.js';
import type { Registrar, Registration } from '../registry/ports.js';
import type { Logger } from '../telemetry/logger.js';

/** What an {@link Announcement} is made of. */
export interface AnnouncementOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Undefined where nothing is announced. */
  readonly registrar: Registrar | undefined;
}

/** How an instance is announced. */
export interface AnnounceOptions {
  /** What has to be done at the registry before each try. */
  readonly prepare: () => Promise<void>;
  /** How long the first try is waited for. */
  readonly patienceMs: number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** Announces this application, sooner or later, and withdraws it. */
export class Announcement extends OwnInstance {
  #instance: Instance | undefined;
  #registration: Registration | undefined;
  #trying: Promise<void> | undefined;
  #prepare = (): Promise<void> => Promise.resolve();
  #pauses: BackOff | undefined;
  #stopTimer: Disposer = () => {};
  /** The refusal that was told last: it is met again with each try. */
  #toldRefusal: unknown;

  constructor(private readonly options: AnnouncementOptions) {
    super();
  }

  get registered(): Instance | undefined {
    return this.#registration && this.#instance;
  }

  /**
   * Announces the instance. Where the registry is out of reach for now, goes on trying until it is withdrawn.
   *
   * @throws ChassisError whatever keeps the registry from ever taking it
   */
  async announce(instance: Instance, { prepare, patienceMs }: AnnounceOptions): Promise<void> {
    const { registrar, random } = this.options;
    if (!registrar || this.#instance) return;
    this.#instance = instance;
    this.#prepare = prepare;
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random });
    let isPatient = true;
    const first = this.#register(registrar).catch((error: unknown) => {
      if (!mayWorkLater(error) && isPatient) {
        this.#instance = undefined;
        throw error;
      }
      this.#sayLater(error);
      this.#later(registrar);
    });
    this.#trying = first;
    await this.#within(patienceMs, first);
    isPatient = false;
  }

  /** Waits for the first try, but not longer than the start may take. */
  #within(patienceMs: number, first: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.options.clock.after(patienceMs, () => {
        this.#sayLater(coreError('REGISTRY_UNAVAILABLE', `registry: no answer within ${patienceMs} ms`));
        resolve();
      });
      first.then(resolve, reject).finally(stop);
    });
  }

  #sayLater(error: unknown): void {
    const { logger } = this.options;
    logger.warn('the registry is out of reach: the service runs, and is announced when the registry is back', {
      error,
    });
  }

  async update(change: InstanceUpdate): Promise<void> {
    const known = checkedUpdate(change);
    const registration = this.#registration;
    if (!this.#instance || !registration) {
      throw coreError('NOT_REGISTERED', 'own instance: it is not announced, so there is nothing to change');
    }
    await registration.update(known);
    // it may have been withdrawn meanwhile
    if (this.#instance) this.#instance = { ...this.#instance, ...known };
  }

  /** @returns whether it was announced */
  async withdraw(): Promise<boolean> {
    this.#stopTimer();
    this.#instance = undefined;
    await this.#trying?.catch(() => undefined);
    this.#stopTimer();
    const registration = this.#registration;
    this.#registration = undefined;
    await registration?.deregister();
    return registration !== undefined;
  }

  async #register(registrar: Registrar): Promise<void> {
    await this.#prepare();
    if (this.#instance) this.#registration = await registrar.register(this.#instance);
  }

  #later(registrar: Registrar): void {
    if (!this.#instance) return;
    const { clock, logger } = this.options;
    this.#stopTimer = clock.after(this.#pauses!.next(), () => {
      this.#trying = this.#register(registrar).then(
        () => logger.info('registry: reached, this instance is announced'),
        (error: unknown) => {
          if (!mayWorkLater(error)) this.#sayRefused(error);
          this.#later(registrar);
        },
      );
    });
  }

  /** Once for each reason. */
  #sayRefused(error: unknown): void {
    const reason = ChassisError.from(error).code;
    if (reason === this.#toldRefusal) return;
    this.#toldRefusal = reason;
    this.options.logger.error('registry: this instance is refused, which is tried again', { error });
  }
}

/** Also what answers nonsense, such as a proxy before a registry that restarts, is as good as nobody for now. */
function mayWorkLater(error: unknown): boolean {
  return ChassisError.is(error) && error.kind === 'UNAVAILABLE' && error.retryAfterMs !== undefined;
}
