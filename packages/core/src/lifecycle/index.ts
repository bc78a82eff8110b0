export { createLifecycle, Lifecycle, type LifecycleOptions, type StopReport } from './lifecycle.js';
export type { LifecycleStep, LifecycleTiming } from './lifecycle-step.js';
export { listenToSignals, type SignalHost, type SignalOptions } from './listen-to-signals.js';
export {
  Readiness,
  type HealthCheck,
  type HealthCheckOptions,
  type HealthReport,
  type HealthResult,
} from './readiness.js';
export { timetable } from './timetable.js';
