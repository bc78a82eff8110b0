import { defineSchema, type SchemaInfo } from '@ts-chassis/core';
import type { Registry } from 'prom-client';

/** The id of the schema of the page. */
export const METRICS_SCHEMA = 'chassis.metrics';

/**
 * The page that Prometheus reads, as an operation: text format 0.0.4.
 *
 * @param at - its path, with or without a leading slash, and the listeners that serve it
 */
export function metricsSchema(
  registry: Registry,
  at: { readonly path: string; readonly listeners: readonly string[] },
): SchemaInfo {
  return defineSchema({
    id: METRICS_SCHEMA,
    listeners: at.listeners,
    operations: {
      scrape: {
        http: {
          method: 'GET',
          path: at.path.startsWith('/') ? at.path : `/${at.path}`,
          headers: [['cache-control', 'no-store']],
          produces: [registry.contentType],
        },
        returns: String,
        run: () => registry.metrics(),
      },
    },
  });
}
