import type { Discovery, Instance } from '@ts-chassis/core';
import type { Simulation } from './simulation.js';

const nothing = (): void => undefined;

export interface RegistryOptions {
  /** Until consumers see a change; default 0. */
  readonly delayMs?: number;
  /** What the registry finds out about an instance that a consumer could not reach; default: it is there. */
  readonly isAlive?: (instance: Instance) => boolean;
}

/** A registry as one consumer sees it: a list that changes some time after the truth did. */
export class SimulatedRegistry implements Discovery {
  #list: readonly Instance[];

  readonly #delayMs: number;
  readonly #isAlive: (instance: Instance) => boolean;

  constructor(
    private readonly simulation: Simulation,
    list: readonly Instance[],
    { delayMs = 0, isAlive = () => true }: RegistryOptions = {},
  ) {
    this.#list = list;
    this.#delayMs = delayMs;
    this.#isAlive = isAlive;
  }

  add(instance: Instance): void {
    this.simulation.after(this.#delayMs, () => (this.#list = [...this.#list, instance]));
  }

  remove(instance: Instance): void {
    this.simulation.after(this.#delayMs, () => this.#drop(instance));
  }

  peek(): readonly Instance[] {
    return this.#list;
  }

  find(): Promise<readonly Instance[]> {
    return Promise.resolve(this.#list);
  }

  /** The registry is asked at once, so what it knows of the instance does not wait for the delay. */
  suspect(instance: Instance): Promise<boolean> {
    const isAlive = this.#isAlive(instance);
    if (!isAlive) this.#drop(instance);
    return Promise.resolve(isAlive);
  }

  watch(): () => void {
    return nothing;
  }

  watchAll(): () => void {
    return nothing;
  }

  #drop(instance: Instance): void {
    if (this.#list.some(({ id }) => id === instance.id)) this.#list = this.#list.filter(({ id }) => id !== instance.id);
  }

  async close(): Promise<void> {}
}
