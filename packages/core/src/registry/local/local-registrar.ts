import { join } from 'node:path';
import type { Disposer } from '../../clock/clock.js';
import type { Instance } from '../../endpoint/instance.js';
import { ChassisError } from '../../errors/chassis-error.js';
import type { Registrar, Registration } from '../ports.js';
import { writeRecord } from './instance-record.js';
import { instanceFile, serviceFolderPath } from './layout.js';
import { BEAT_MS, type LocalOptions } from './local-options.js';
import { ensureRoot } from './local-root.js';
import { unavailable, writeWhole } from './write-file.js';

/**
 * Announces instances by one file each, which nobody else writes.
 *
 * @example
 * ```ts
 * const registrar = new LocalRegistrar({ root, clock, logger, files: nodeFileSystem, processes: createProcessProbe() });
 * const registration = await registrar.register(instance);
 * ```
 */
export class LocalRegistrar implements Registrar {
  readonly #registrations = new Set<LocalRegistration>();
  #closed = false;

  constructor(private readonly options: LocalOptions) {}

  async register(instance: Instance): Promise<Registration> {
    const registration = new LocalRegistration(this.options, instance, () => this.#registrations.delete(registration));
    this.#registrations.add(registration);
    try {
      await registration.announce();
    } catch (error) {
      await registration.deregister().catch(() => {});
      throw error;
    }
    if (this.#closed) await registration.deregister();
    return registration;
  }

  /** Deregisters what is still registered. */
  async close(): Promise<void> {
    this.#closed = true;
    const ends = await Promise.allSettled([...this.#registrations].map((registration) => registration.deregister()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

class LocalRegistration implements Registration {
  readonly #folder: string;
  readonly #names: { readonly name: string; readonly temporary: string };
  /** One operation on the file after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #instance: Instance;
  /** The file as we left it, to see whether another hand was on it. */
  #left: { readonly id: number; readonly size: number } | undefined;
  #cancelBeat: Disposer | undefined;
  #failing = false;
  #gone = false;

  constructor(
    private readonly options: LocalOptions,
    instance: Instance,
    private readonly onGone: () => void,
  ) {
    this.#instance = instance;
    this.#folder = serviceFolderPath(options.root, instance);
    this.#names = instanceFile(instance.id);
  }

  async announce(): Promise<void> {
    await this.#inTurn(() => this.#write());
    this.#planBeat();
  }

  async update(change: Partial<Pick<Instance, 'status' | 'metadata'>>): Promise<void> {
    if (this.#gone) {
      throw new ChassisError('FAILED_PRECONDITION', `local registry: ${this.#instance.id} is not registered any more`);
    }
    // Kept even if the disk refuses it now: the next beat that works writes it.
    this.#instance = { ...this.#instance, ...change };
    this.#left = undefined;
    await this.#inTurn(() => this.#write());
  }

  async deregister(): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    this.#cancelBeat?.();
    this.onGone();
    await this.#inTurn(() => this.options.files.remove(this.#path));
  }

  get #path(): string {
    return join(this.#folder, this.#names.name);
  }

  #planBeat(): void {
    if (this.#gone) return;
    this.#cancelBeat = this.options.clock.after(BEAT_MS, () => {
      void this.#beat().then(() => this.#planBeat());
    });
  }

  async #beat(): Promise<void> {
    const { logger } = this.options;
    try {
      await this.#inTurn(() => (this.#gone ? Promise.resolve() : this.#touchOrWrite()));
      if (this.#failing) logger.info('local registry: beats work again', { path: this.#path });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) logger.warn('local registry: a beat failed and is tried again', { path: this.#path, error });
      this.#failing = true;
    }
  }

  async #touchOrWrite(): Promise<void> {
    const { files, clock } = this.options;
    const status = await files.status(this.#path);
    const ours = status && this.#left && status.id === this.#left.id && status.size === this.#left.size;
    if (ours) await files.touch(this.#path, clock.now());
    else await this.#write();
  }

  async #write(): Promise<void> {
    const { files, clock, root, processes } = this.options;
    const text = writeRecord({ instance: this.#instance, owner: processes.self(), beatMs: BEAT_MS });
    await ensureRoot(files, root);
    await files.makeDirectory(this.#folder);
    await writeWhole(files, this.#folder, { ...this.#names, text, modifiedMs: clock.now() });
    this.#left = await files.status(this.#path);
  }

  async #inTurn(run: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {});
    try {
      await turn;
    } catch (error) {
      throw ChassisError.is(error) ? error : unavailable(this.#path, error);
    }
  }
}
