export type { BackendContext, SpanReporter, TracingBackend } from './backend.js';
export { jaeger, type JaegerOptions } from './jaeger/jaeger.js';
export { memoryTracer, type MemoryTracer } from './memory/memory-tracer.js';
export { tracing } from './plugin.js';
export type { PropagationFormat } from './propagation/propagation.js';
export { SamplingSection, type SamplingValues } from './sampling-section.js';
export type { FinishedSpan, SpanLog, TagValue } from './span/finished-span.js';
export { TracingSection, type TracingSettings, type TracingValues } from './tracing-section.js';
export { zipkin, type ZipkinOptions } from './zipkin/zipkin.js';
