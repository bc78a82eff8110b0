export { createLogger, type LoggerOptions } from './create-logger.js';
export { Logger, silentLogger, type LogFields, type LogLevel } from './logger.js';
export {
  Meter,
  silentMeter,
  type GaugeRecorder,
  type Instrument,
  type InstrumentOptions,
  type MeterLabels,
  type Recorder,
} from './meter.js';
export { silentSpan, silentTracer, type Span, type SpanContext, type TraceCarrier, type Tracer } from './tracer.js';
export { writeLines, type LineStream, type WriteLine } from './write-lines.js';
