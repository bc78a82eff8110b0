import { expect, it } from 'vitest';
import type { ConsumerSettings } from './consumer-section.js';
import { grantedMs } from './granted-ms.js';

type Own = ConsumerSettings['services'][string];

const settings = (all: Partial<ConsumerSettings>, own?: Own): ConsumerSettings => ({
  ...{ timeoutMs: 30_000, forwardHeaders: [], inProcess: [] },
  ...{ services: own ? { catalog: own } : {} },
  ...all,
});

it.each<readonly [why: string, all: Partial<ConsumerSettings>, own: Own | undefined, alone: number, timed: number]>([
  ['the default', {}, undefined, 30_000, 30_000],
  ['the service first', { timeoutMs: 900 }, { timeoutMs: 500 }, 500, 500],
  ['0 is no limit', { timeoutMs: 900 }, { timeoutMs: 0 }, Infinity, Infinity],
  ['what go-chassis grants counts, unless a handler sees to it', { isolationMs: 500 }, undefined, 500, 30_000],
  ['there is time to stand in', { isolationMs: 45_000 }, undefined, 45_000, 46_000],
  ['go-chassis for the service', { isolationMs: 500 }, { isolationMs: 45_000 }, 45_000, 46_000],
  ['a nearer one of ours', { isolationMs: 45_000 }, { timeoutMs: 500 }, 500, 500],
  ['go-chassis says no limit', { isolationMs: 0 }, undefined, Infinity, Infinity],
])('%s', (_why, all, own, alone, timed) => {
  expect(grantedMs(settings(all, own), 'catalog', false)).toBe(alone);
  expect(grantedMs(settings(all, own), 'catalog', true)).toBe(timed);
});
