export type { StopReport } from './lifecycle.js';
export type { LifecycleTiming } from './lifecycle-step.js';
export {
  Readiness,
  type HealthCheck,
  type HealthCheckOptions,
  type HealthReport,
  type HealthResult,
} from './readiness.js';
export { timetable } from './timetable.js';
