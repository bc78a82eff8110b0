export { Registry } from 'prom-client';
export { METRICS_ERRORS, type MetricsErrorCode } from './codes.js';
export { prometheus } from './plugin.js';
