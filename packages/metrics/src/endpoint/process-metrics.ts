import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Gauges called as only counters may be, so that `promtool` complains; each is the sum of one that stays. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * Adds what prom-client measures of a Node.js process: CPU, memory, file descriptors, event loop, garbage collection. What watches the last two
 * runs until the process ends; it does not keep it alive.
 */
export function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}
