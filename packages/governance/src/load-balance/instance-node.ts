import { authorityOf, type Endpoint, type Instance } from '@ts-chassis/core';
import type { Cells } from './cells.js';
import { Latency } from './latency.js';
import type { EjectionSettings } from './outlier/ejection-settings.js';
import { Ejection } from './outlier/ejection.js';
import { judgeCall, type CallSample } from './outlier/judge-call.js';
import type { BalancedInstance } from './strategy.js';

/** What nodes of one service share. */
export interface NodeOwner {
  readonly latencyDecayMs: number;
  readonly cells: Cells;
}

/** What is kept of one listener of one instance, as long as the registry lists it. */
export class InstanceNode extends Latency implements BalancedInstance {
  // what every call looks at stands first, so that it lies side by side
  inFlight = 0;
  readonly endpoint: Endpoint;
  readonly id: string;
  instance: Instance;
  readonly #owner: NodeOwner;
  readonly address: string;
  readonly ejection: Ejection;
  weight: number;

  /** @param since - since when it is called, for its slow start */
  constructor(
    instance: Instance,
    endpoint: Endpoint,
    public since: number,
    owner: NodeOwner,
  ) {
    const row = owner.cells.take();
    super(row);
    this.endpoint = endpoint;
    this.id = instance.id;
    this.instance = instance;
    this.#owner = owner;
    this.address = authorityOf(endpoint);
    this.ejection = new Ejection(row);
    this.weight = weightOf(instance);
  }

  /** The registry tells something new of it. */
  update(instance: Instance): void {
    if (instance === this.instance) return;
    this.instance = instance;
    this.weight = weightOf(instance);
  }

  /** As `judgeCall`. */
  judge(sample: CallSample, settings: EjectionSettings): string | undefined {
    return judgeCall(this, sample, settings);
  }

  cost(nowMs: number): number {
    return this.costWith(this.inFlight, nowMs, this.#owner.latencyDecayMs);
  }
}

/** What is no number from 0 on says nothing. */
function weightOf({ metadata }: Instance): number {
  const written = Object.hasOwn(metadata, 'weight') ? metadata['weight']! : '';
  const weight = written.trim() === '' ? 1 : Number(written);
  return Number.isFinite(weight) && weight >= 0 ? weight : 1;
}
