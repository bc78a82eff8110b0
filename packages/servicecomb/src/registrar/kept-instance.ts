import {
  ChassisError,
  coreError,
  type Clock,
  type Disposer,
  type Instance,
  type InstanceUpdate,
  type Logger,
  type Random,
  type Registration,
} from '@ts-chassis/core';
import { Troubles } from '../connection/troubles.js';
import { failureCodeOf } from '../service-center/failure.js';
import type { Session } from '../service-center/session.js';
import { FAILURE } from '../wire/failure-codes.js';
import { Beats } from './beats.js';
import { HeartbeatSocket } from './heartbeat-socket.js';
import { instanceRecord } from './instance-record.js';
import { OwnState, type Place } from './own-state.js';

/** What instances are kept registered by. */
export interface KeepingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly session: Session;
  readonly intervalMs: number;
  /** Whether the registry asks by websocket (`ping-pong`); else it is told by requests alone. */
  readonly bySocket: boolean;
}

/** How long a process that ends waits for the registry to take it out: less than the step of the stop may take that it is. */
const FAREWELL_MS = 2500;

/** An instance at service-center: announced, kept alive by beats, and announced again with the same id when the registry lost it. */
export class KeptInstance implements Registration {
  readonly #state: OwnState;
  readonly #troubles: Troubles;
  readonly #beats: Beats;
  readonly #socket: HeartbeatSocket | undefined;
  readonly #ignoreRemade: Disposer;
  #place: Place | undefined;
  /** One request about the instance after the other, so that none overtakes its end. */
  #last: Promise<unknown> = Promise.resolve();
  #farewell: Promise<void> | undefined;

  constructor(
    private readonly options: KeepingOptions,
    instance: Instance,
    private readonly onGone: () => void,
  ) {
    const { clock, random, logger, session, intervalMs } = options;
    this.#state = new OwnState(instance);
    this.#troubles = new Troubles(logger, clock);
    this.#beats = new Beats({ clock, random, intervalMs, beat: () => this.#beat() });
    this.#socket = options.bySocket ? this.#makeSocket() : undefined;
    // Whoever lost its service has lost its instances.
    this.#ignoreRemade = session.onRemade(() => Promise.resolve(this.#beats.now()));
  }

  /** @throws ChassisError as `ServiceCenter` */
  async announce(): Promise<void> {
    await this.#inTurn(() => this.#put());
    if (!this.#farewell) this.#beats.start();
  }

  /** Whether the registry has it, or may have it: who gets no answer may have been heard. */
  get mayBeThere(): boolean {
    return this.#place !== undefined;
  }

  async update(change: InstanceUpdate): Promise<void> {
    const { id, service } = this.#state.current;
    if (this.#farewell)
      throw coreError('NOT_REGISTERED', `service-center: ${id} of ${service} is not announced any more`);
    const takeBack = this.#state.change(change);
    try {
      await this.#inTurn(() => this.#restoring(() => this.#send()));
    } catch (error) {
      // What cannot be told now is told with a later beat; what is refused would be refused for ever.
      if (failureCodeOf(error) !== undefined && !isMissing(error)) takeBack();
      else this.#begin(error);
      throw error;
    }
  }

  /** Never rejects: a registry that is not told drops the instance when no more beats come. */
  deregister(): Promise<void> {
    this.#farewell ??= this.#leave();
    return this.#farewell;
  }

  /** Another is announced with the same id: the registry is told nothing. */
  abandon(): void {
    this.#farewell ??= Promise.resolve(this.#end());
  }

  #end(): void {
    this.#beats.stop();
    this.#socket?.stop();
    this.#ignoreRemade();
    this.onGone();
  }

  async #leave(): Promise<void> {
    this.#end();
    const { clock, logger } = this.options;
    const waiting = new AbortController();
    const tooLate = clock.sleep(FAREWELL_MS, waiting.signal).then(
      () => Promise.reject(coreError('REGISTRY_UNAVAILABLE', `service-center: no answer within ${FAREWELL_MS} ms`)),
      () => undefined,
    );
    try {
      await Promise.race([this.#inTurn(() => this.#delete()), tooLate]);
    } catch (error) {
      const message =
        'service-center: this instance stays in the registry until its lease ends, as it could not be withdrawn';
      logger.warn(message, { reason: reasonOf(error) });
    } finally {
      waiting.abort();
    }
  }

  async #delete(): Promise<void> {
    if (!this.#place) return;
    const { serviceId, instanceId } = this.#place;
    await this.options.session.center.deleteInstance(serviceId, instanceId).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async #beat(): Promise<void> {
    try {
      if (!this.#socket?.isBeating || !this.#state.isSent) await this.#inTurn(() => this.#tell());
      this.#troubles.end('kept', 'service-center: this instance is registered as it should be again');
    } catch (error) {
      this.#begin(error);
      throw error;
    }
  }

  async #tell(): Promise<void> {
    if (this.#farewell || !this.#place) return;
    const { serviceId, instanceId } = this.#place;
    await this.#restoring(() => this.options.session.center.heartbeat(serviceId, instanceId));
    await this.#send();
  }

  /** Tells the registry something of the instance, which is announced again when the registry has lost it. */
  async #restoring(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      if (!isMissing(error) || !this.#place || this.#farewell) throw error;
      this.#begin(error);
      await this.#restore(this.#place.serviceId);
    }
  }

  async #restore(serviceId: string): Promise<void> {
    const { session } = this.options;
    if (!(await session.center.service(serviceId))) session.forget(serviceId);
    await this.#put();
    // Where the registry had the instance all the same, it did not read what was put.
    await this.#send();
  }

  /** Announces the instance with everything it says of itself. */
  async #put(): Promise<void> {
    const { session } = this.options;
    const serviceId = await session.serviceId();
    try {
      await this.#create(serviceId);
    } catch (error) {
      if (failureCodeOf(error) !== FAILURE.serviceMissing) throw error;
      session.forget(serviceId);
      await this.#create(await session.serviceId());
    }
    if (!this.#farewell) this.#socket?.start();
  }

  async #create(serviceId: string): Promise<void> {
    const { session, intervalMs } = this.options;
    await session.restored();
    if (this.#farewell) return;
    const record = instanceRecord(this.#state.current, serviceId, intervalMs);
    try {
      this.#place = { serviceId, instanceId: await session.center.createInstance(record) };
    } catch (error) {
      if (ChassisError.is(error) && error.kind === 'UNAVAILABLE')
        this.#place ??= { serviceId, instanceId: this.#state.current.id };
      throw error;
    }
  }

  async #send(): Promise<void> {
    if (this.#place && !this.#farewell) await this.#state.send(this.options.session.center, this.#place);
  }

  #makeSocket(): HeartbeatSocket {
    const { session, clock, random, logger, intervalMs } = this.options;
    return new HeartbeatSocket({
      ...{ clock, random, logger, intervalMs },
      open: (listener) => {
        const { serviceId, instanceId } = this.#place!;
        return session.center.openHeartbeat(serviceId, instanceId, listener);
      },
      onLost: () => this.#beats.now(),
    });
  }

  #begin(error: unknown): void {
    const message = isMissing(error)
      ? 'service-center: the registry has lost this instance, which is announced again'
      : 'service-center: the registry cannot be told of this instance, which is tried until it can';
    this.#troubles.begin('kept', message, { reason: reasonOf(error) });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Whether the registry answered, and does not know the instance or its service. */
function isMissing(error: unknown): boolean {
  const code = failureCodeOf(error);
  return code === FAILURE.instanceMissing || code === FAILURE.serviceMissing;
}

/** What the registry says in it is cut already. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
