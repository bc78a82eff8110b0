import { Invocation, type Operation } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { Parts } from './parts.js';

const operation = { id: 'stock.count' } as Operation;

function callTo(port: number | undefined): Invocation {
  const endpoint = port === undefined ? undefined : { listener: 'rest', host: '10.0.0.1', port, ssl: false };
  const source = { service: 'caller', protocol: '', trusted: true };
  return new Invocation({ operation, service: 'stock', source, endpoint });
}

interface Part {
  readonly instance: string | undefined;
}
const partsOf = (perInstance: boolean): Parts<Part> => new Parts<Part>(perInstance, (instance) => ({ instance }));
const at = (now: number): { elapsed(): number } => ({ elapsed: () => now });
const count = (parts: Parts<Part>): number => [...parts.all()].length;

describe('the parts of a policy', () => {
  it('are one for all calls, or one for each instance, whichever object its endpoint is', () => {
    const one = partsOf(false);
    expect(one.of(callTo(1), at(0))).toBe(one.of(callTo(2), at(0)));
    const each = partsOf(true);
    const call = callTo(1);
    expect(each.of(call, at(0))).toBe(each.of(call, at(1)));
    expect(each.of(callTo(1), at(0))).toEqual({ instance: '10.0.0.1:1' });
    expect(each.of(callTo(1), at(0))).toBe(each.of(call, at(0)));
    expect(each.of(callTo(2), at(0))).not.toBe(each.of(call, at(0)));
    expect(each.of(callTo(undefined), at(0))).toEqual({ instance: undefined });
  });

  it('are bounded: those not called for longest go first', () => {
    const parts = partsOf(true);
    const old = parts.of(callTo(1), at(0));
    const used = callTo(2);
    const kept = parts.of(used, at(0));
    for (let port = 3; port <= 60_000; port += 1) {
      parts.of(callTo(port), at(port));
      parts.of(used, at(port));
    }
    expect(count(parts)).toBeLessThanOrEqual(16_384);
    expect(parts.of(used, at(60_001))).toBe(kept);
    expect(parts.of(callTo(1), at(60_001))).not.toBe(old);
  });

  it('are there for each of ten thousand instances', () => {
    const parts = partsOf(true);
    const first = parts.of(callTo(1), at(0));
    for (let port = 2; port <= 10_000; port += 1) parts.of(callTo(port), at(0));
    expect(parts.of(callTo(1), at(1))).toBe(first);
  });

  it('stay while somebody holds on to them, and it is told which go', () => {
    const held = new Set<string | undefined>(['10.0.0.1:1']);
    const dropped: (string | undefined)[] = [];
    const parts = new Parts<Part>(true, (instance) => ({ instance }), {
      inUse: ({ instance }) => held.has(instance),
      dropped: ({ instance }) => void dropped.push(instance),
    });
    const streaming = parts.of(callTo(1), at(0));
    parts.of(callTo(2), at(0));
    parts.of(callTo(3), at(700_000));
    expect(dropped).toEqual(['10.0.0.1:2']);
    expect(parts.of(callTo(1), at(700_001))).toBe(streaming);
  });

  it('say once when no instance is known, though each has its own', () => {
    let told = 0;
    const unplaced = (): void => void (told += 1);
    const parts = new Parts<Part>(true, (instance) => ({ instance }), { unplaced });
    parts.of(callTo(1), at(0));
    expect(told).toBe(0);
    parts.of(callTo(undefined), at(0));
    parts.of(callTo(undefined), at(0));
    expect(told).toBe(1);
    new Parts<Part>(false, (instance) => ({ instance }), { unplaced }).of(callTo(undefined), at(0));
    expect(told).toBe(1);
  });

  it('go when they were not used for ten minutes and another comes, also for who still holds the endpoint', () => {
    const parts = partsOf(true);
    const call = callTo(1);
    const before = parts.of(call, at(0));
    parts.of(callTo(2), at(500_000));
    expect(count(parts)).toBe(2);
    parts.of(callTo(3), at(600_000));
    expect(count(parts)).toBe(2);
    expect(parts.of(call, at(600_001))).not.toBe(before);
    expect(count(parts)).toBe(3);
  });
});
