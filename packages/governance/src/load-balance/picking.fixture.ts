import type { Instance, Invocation } from '@ts-chassis/core';
import { LoadBalancePolicy, type LoadBalanceFields } from '../policy/load-balance.js';
import { InstanceNode } from './instance-node.js';
import { Cells } from './cells.js';
import type { BalancedInstance, PickCall } from './strategy.js';

export const settings: LoadBalanceFields = LoadBalancePolicy.defaults;

export function instanceOf(id: string, more: Partial<Instance> = {}): Instance {
  return {
    ...{ id, service: 'catalog', app: 'default', environment: '', version: '1.0.0', hostName: id, status: 'UP' },
    ...{ metadata: {}, endpoints: [{ listener: 'rest', host: id, port: 80, ssl: false }] },
    ...more,
  };
}

const owner = { latencyDecayMs: settings.latencyDecayMs, cells: new Cells() };

export function nodesOf(count: number, weights: readonly number[] = []): InstanceNode[] {
  return Array.from({ length: count }, (_, index) => {
    const weight = weights[index];
    const instance = instanceOf(`i${index}`, weight === undefined ? {} : { metadata: { weight: String(weight) } });
    return new InstanceNode(instance, instance.endpoints[0]!, 0, owner);
  });
}

/** A call that may go to any of them. */
export function callAmong(nodes: readonly BalancedInstance[], more: Partial<PickCall> = {}): PickCall {
  return {
    ...{ invocation: {} as Invocation, settings, nowMs: 0, all: nodes, key: nodes, isPartial: false },
    ...{ isUsable: () => true, hashKey: () => undefined },
    ...more,
  };
}
