import { silentLogger, silentMeter, systemClock, type Clock, type Logger } from '@ts-chassis/core';
import type { BackendContext, TracingBackend } from './backend.js';
import type { FinishedSpan } from './span/finished-span.js';
import type { TracingSettings } from './tracing-section.js';

/** What a collector got, in words that belong to no format. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly startedAtUs: number;
  readonly durationUs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly logs: readonly { readonly atUs: number; readonly event: string }[];
}

/** A backend with the place where its spans arrive. */
export interface BackendSubject {
  readonly backend: TracingBackend;
  /** All that arrived so far. */
  received(): readonly ReceivedSpan[];
  /** Resolves when so many have arrived. */
  arrival(count: number): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS: TracingSettings = { batchSize: 50, batchInterval: 1000, queueSize: 1000, timeout: 5000 };

/** What an application would give a backend. */
export function contextOf(
  settings: Partial<TracingSettings> = {},
  parts: { readonly clock?: Clock; readonly logger?: Logger } = {},
): BackendContext {
  const { clock = systemClock, logger = silentLogger } = parts;
  return {
    ...{ service: 'orders', version: '1.2.3', clock, logger },
    settings: { ...SETTINGS, ...settings },
    meter: () => silentMeter,
  };
}

/** A finished span as an example, but for what is said. */
export function finishedSpan(parts: Partial<FinishedSpan> = {}): FinishedSpan {
  return {
    service: 'orders',
    name: 'orders.place',
    kind: 'server',
    traceId: '463ac35c9f6413ad48485a3953bb6124',
    spanId: '0020000000000001',
    parentId: undefined,
    debug: false,
    startedAtMs: 1_763_836_800_000.125,
    durationMs: 12.5,
    tags: new Map(),
    logs: [],
    ...parts,
  };
}
