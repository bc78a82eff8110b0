import type { InstanceNode } from './instance-node.js';

/** What a subset asks of the pool it is of. */
export interface SubsetOwner {
  /** Changes with the registry's list. */
  readonly generation: number;
  /** Changes whenever somebody is ejected or returns, and with the list. */
  readonly version: number;
  readonly panicThreshold: number;
}

const NOBODY: readonly InstanceNode[] = [];

/** The instances that fit some calls (tags, listener, filters), and who of them may be picked now. The arrays stay the same while nothing changes. */
export class Subset {
  #generation = -1;
  #version = -1;
  #all: readonly InstanceNode[] = NOBODY;
  #healthy: readonly InstanceNode[] = NOBODY;
  #due: readonly InstanceNode[] = NOBODY;
  #inPanic = false;

  constructor(
    private readonly owner: SubsetOwner,
    private readonly select: () => readonly InstanceNode[],
  ) {}

  /** All of them, ejected or not. */
  get all(): readonly InstanceNode[] {
    this.#renew();
    return this.#all;
  }

  /** Those that may be picked: in a panic all. */
  get nodes(): readonly InstanceNode[] {
    this.#renew();
    return this.#inPanic ? this.#all : this.#healthy;
  }

  /** Those whose time out is over: one call may try each. */
  get due(): readonly InstanceNode[] {
    this.#renew();
    return this.#due;
  }

  /** Whether so many are ejected that it is better to use them all. */
  get inPanic(): boolean {
    this.#renew();
    return this.#inPanic;
  }

  #renew(): void {
    if (this.#version === this.owner.version) return;
    if (this.#generation !== this.owner.generation) {
      this.#all = this.select();
      this.#generation = this.owner.generation;
    }
    this.#version = this.owner.version;
    const isAnyOut = this.#all.some(({ ejection }) => ejection.state !== 'in');
    this.#healthy = isAnyOut ? this.#all.filter(({ ejection }) => ejection.state === 'in') : this.#all;
    this.#due = isAnyOut ? this.#all.filter(({ ejection }) => ejection.state === 'due') : NOBODY;
    const { panicThreshold } = this.owner;
    this.#inPanic = isAnyOut && this.#healthy.length * 100 < panicThreshold * this.#all.length;
    if (this.#healthy.length === 0) this.#inPanic = this.#all.length > 0;
  }
}
