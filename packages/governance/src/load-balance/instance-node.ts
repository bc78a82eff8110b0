import { authorityOf, type Endpoint, type Instance } from '@ts-chassis/core';
import { Latency, type LatencyCells } from './latency.js';
import { Ejection } from './outlier/ejection.js';
import type { BalancedInstance } from './strategy.js';

/** What nodes of one service share. */
export interface NodeOwner {
  readonly latencyDecayMs: number;
  readonly cells: LatencyCells;
}

/** What is kept of one listener of one instance, as long as the registry lists it. */
export class InstanceNode extends Latency implements BalancedInstance {
  readonly address: string;
  readonly ejection = new Ejection();
  inFlight = 0;
  weight: number;

  constructor(
    public instance: Instance,
    readonly endpoint: Endpoint,
    /** Since when it is called, for its slow start. */
    public since: number,
    private readonly owner: NodeOwner,
  ) {
    super(owner.cells);
    this.address = authorityOf(endpoint);
    this.weight = weightOf(instance);
  }

  /** The registry tells something new of it. */
  update(instance: Instance): void {
    if (instance === this.instance) return;
    this.instance = instance;
    this.weight = weightOf(instance);
  }

  cost(nowMs: number): number {
    return this.costWith(this.inFlight, nowMs, this.owner.latencyDecayMs);
  }
}

/** What is no number from 0 on says nothing. */
function weightOf({ metadata }: Instance): number {
  const written = Object.hasOwn(metadata, 'weight') ? metadata['weight']! : '';
  const weight = written.trim() === '' ? 1 : Number(written);
  return Number.isFinite(weight) && weight >= 0 ? weight : 1;
}
