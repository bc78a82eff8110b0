import { VirtualClock } from '@ts-chassis/core';
import { limitStoreConformance } from '@ts-chassis/testing';
import { describe, expect, it } from 'vitest';
import { MemoryLimits } from './memory-limits.js';

limitStoreConformance(
  'MemoryLimits',
  () => {
    const clock = new VirtualClock();
    return {
      store: new MemoryLimits(),
      now: () => clock.elapsed(),
      pass: (ms) => clock.advance(ms),
      close: () => Promise.resolve(),
    };
  },
  { describe, it },
);

describe('what MemoryLimits remembers', () => {
  const limit = { rate: 1, burst: 1, maxWaitMs: 0 };

  it('is bounded, and the keys used last are kept', () => {
    const store = new MemoryLimits(100);
    for (let key = 0; key < 10_000; key += 1) {
      store.take(`key ${key}`, limit, 0);
      expect(store.take('steady', limit, 0).allowed).toBe(key === 0);
    }
    expect(store.size).toBeLessThanOrEqual(100);
  });

  it('is forgotten when nobody asks for it any more, but not before its bucket is full again', () => {
    const store = new MemoryLimits();
    const slow = { rate: 1 / 600, burst: 1, maxWaitMs: 0 };
    for (let key = 0; key < 50; key += 1) store.take(`key ${key}`, slow, 0);
    for (let minute = 1; minute < 10; minute += 1) store.take('other', slow, minute * 60_000);
    expect(store.take('key 7', slow, 590_000).allowed).toBe(false);
    for (let minute = 10; minute < 40; minute += 1) store.take('other', slow, minute * 60_000);
    expect(store.size).toBe(1);
    expect(store.take('key 7', slow, 2_400_000).allowed).toBe(true);
  });

  it('takes less than a kilobyte for a key', () => {
    const store = new MemoryLimits(100_000);
    const keys = Array.from({ length: 20_000 }, (_, key) => `catalog/key ${key}`);
    const before = process.memoryUsage().heapUsed;
    for (const key of keys) store.take(key, limit, 0);
    expect((process.memoryUsage().heapUsed - before) / keys.length).toBeLessThan(1024);
    expect(store.size).toBe(keys.length);
  });
});
