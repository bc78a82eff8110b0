import {
  ProtocolSection,
  protocolOf,
  ServiceSection,
  tlsOptionsFor,
  type Plugin,
  type Services,
} from '@ts-chassis/core';
import { hostname } from 'node:os';
import { Registry } from 'prom-client';
import { metricsSchema } from './endpoint/metrics-schema.js';
import { addProcessMetrics } from './endpoint/process-metrics.js';
import { PrometheusMeter } from './meter/prometheus-meter.js';
import { MetricsSection } from './metrics-section.js';
import { goChassisInstrumentsOf } from './monitoring/go-chassis-calls.js';
import { instrumentsOf } from './monitoring/instruments.js';
import { MonitoringHandler } from './monitoring/monitoring-handler.js';

/**
 * Metrics for Prometheus: the handler `monitoring` measures every operation and every call, and `/metrics` shows it with the metrics of the
 * process. What is measured and where it is served say the keys `servicecomb.metrics.*`. `Meter` of core, and the `Registry` of prom-client that the
 * page is made of, can be injected.
 *
 * @example
 * ```ts
 * const app = createApplication({ modules: [CatalogModule], plugins: [rest(), prometheus()] });
 * ```
 */
export function prometheus(): Plugin {
  return {
    name: 'metrics',
    install(host) {
      host.section(MetricsSection);
      host.meter(makeMeter);
      host.provideFrom(Registry, (services) => meterOf(services).registry);
      for (const side of ['provider', 'consumer'] as const)
        host.handler({ name: 'monitoring', side, make: makeHandler });
      host.schema(makeSchema, { published: false });
      host.onStart('process metrics', (services) => {
        if (services.config.section(MetricsSection).enableRuntimeMetrics) addProcessMetrics(meterOf(services).registry);
      });
    },
  };
}

function makeMeter({ config, clock, logger }: Services): PrometheusMeter {
  const { buckets, maxSeries } = config.section(MetricsSection);
  return new PrometheusMeter({
    ...{ registry: new Registry(), clock, buckets },
    limit: {
      most: maxSeries,
      exceeded: (metric) =>
        logger.warn('a metric has too many series: further ones are counted together', { metric, maxSeries }),
    },
  });
}

/** Only this plug-in's maker makes the meter: two that bring one are refused. */
function meterOf(services: Services): PrometheusMeter {
  return services.meter as PrometheusMeter;
}

function makeHandler(services: Services): MonitoringHandler {
  const { config, identity } = services;
  const { names } = config.section(MetricsSection);
  const meter = meterOf(services);
  return new MonitoringHandler({
    instruments: names === 'go-chassis' ? undefined : instrumentsOf(meter),
    goChassis: names === 'opentelemetry' ? undefined : goChassisInstrumentsOf(meter),
    identity,
    instance: instanceName(config.section(ServiceSection).hostname),
    schemeOf: (listener) => (tlsOptionsFor(config, `${listener}.Provider`) ? 'https' : 'http'),
  });
}

function makeSchema(services: Services): ReturnType<typeof metricsSchema> {
  const { config } = services;
  const { enable, apiPath, listeners } = config.section(MetricsSection);
  const every = config.names(ProtocolSection).filter((name) => protocolOf(name) === 'rest');
  const chosen = listeners.length > 0 ? listeners : every;
  return metricsSchema(meterOf(services).registry, { path: apiPath, listeners: enable ? chosen : [] });
}

/** The configured name of the host, unless it is one of the placeholders of go-chassis (`$INTERNAL_IP`). */
function instanceName(configured: string): string {
  return configured === '' || configured.startsWith('$') ? hostname() : configured;
}
