import type { SpanReporter, TracingBackend } from '../backend.js';
import type { FinishedSpan } from '../span/finished-span.js';

/**
 * Keeps spans where tests find them. Applications that share one see each other's spans in it, told apart by `service`.
 *
 * @example
 * ```ts
 * const memory = memoryTracer();
 * const t = await TestApplication.create({ modules: [OrdersModule], plugins: [tracing(memory)] });
 * expect(memory.find('orders.place')?.tags.get('order.id')).toBe('42');
 * ```
 */
export interface MemoryTracer extends TracingBackend {
  /** In the order in which they ended: a child stands before its parent. */
  readonly spans: readonly FinishedSpan[];
  /** The first span of a name, of a kind where one is given. */
  find(name: string, kind?: FinishedSpan['kind']): FinishedSpan | undefined;
  /** Forgets all. */
  clear(): void;
}

/**
 * Makes a {@link MemoryTracer}; its name is `memory`.
 *
 * @example
 * ```ts
 * const memory = memoryTracer();
 * ```
 */
export function memoryTracer(): MemoryTracer {
  const spans: FinishedSpan[] = [];
  const done = (): Promise<void> => Promise.resolve();
  const reporter: SpanReporter = { report: (span) => void spans.push(span), flush: done, close: done };
  return {
    name: 'memory',
    spans,
    make: () => reporter,
    find: (name, kind) => spans.find((span) => span.name === name && (kind === undefined || span.kind === kind)),
    clear: () => void spans.splice(0),
  };
}
