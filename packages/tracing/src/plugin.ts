import { silentTracer, type Plugin, type PlannedHandler, type Services, type Tracer } from '@ts-chassis/core';
import type { SpanReporter, TracingBackend } from './backend.js';
import { Complaints } from './complaints.js';
import { ClientSpans } from './links/client-spans.js';
import { ServerSpans } from './links/server-spans.js';
import { Propagation } from './propagation/propagation.js';
import { SamplingSection } from './sampling-section.js';
import { IdSource } from './span/id-source.js';
import { Sampler } from './span/sampler.js';
import { SpanTime } from './span/span-time.js';
import { SpanTracer } from './span-tracer.js';
import { Spans, TracerSpans } from './spans.js';
import { TracingSection, type TracingValues } from './tracing-section.js';

/** Plans itself away. */
const NOTHING: PlannedHandler = { plan: (_context, next) => next };

/**
 * Distributed tracing: a span for every request served (`tracing-provider`) and for every try of every call (`tracing-consumer`), joined
 * to the caller's over B3 and W3C headers and sent to a backend. Configured by `tracing` and, at run time, `tracing.sampling`.
 *
 * @param backends - where spans can go; `tracing.tracer` chooses one by name, default the first
 *
 * @example
 * ```ts
 * createApplication({ modules: [OrdersModule], plugins: [rest(), tracing(zipkin())] });
 * ```
 */
export function tracing(...backends: readonly [TracingBackend, ...TracingBackend[]]): Plugin {
  return {
    name: 'tracing',
    install(host) {
      host.section(TracingSection);
      host.section(SamplingSection);
      host.tracer((services) => makeTracer(backends, services));
      host.handler({
        name: 'tracing-provider',
        side: 'provider',
        make: (services) => link(services, (tracer, { exclude }) => new ServerSpans(tracer, exclude)),
      });
      host.handler({
        name: 'tracing-consumer',
        side: 'consumer',
        make: (services) => link(services, (tracer, { exclude }) => new ClientSpans(tracer, exclude)),
      });
      host.provideFrom(Spans, ({ tracer }) => new TracerSpans(tracer));
      host.onStart('open', ({ tracer }) => {
        if (tracer instanceof SpanTracer) tracer.open();
      });
    },
  };
}

function link(
  { tracer, config }: Services,
  make: (tracer: SpanTracer, values: TracingValues) => PlannedHandler,
): PlannedHandler {
  return tracer instanceof SpanTracer ? make(tracer, config.section(TracingSection)) : NOTHING;
}

function makeTracer(backends: readonly TracingBackend[], services: Services): Tracer {
  const { clock, config, identity } = services;
  const values = config.section(TracingSection);
  const reporter = values.enable ? makeReporter(backends, services, values) : undefined;
  if (!reporter) return silentTracer;
  return new SpanTracer({
    service: identity.service,
    sampler: new Sampler(clock, config.liveSection(SamplingSection)),
    ids: new IdSource(),
    propagation: new Propagation(values.propagation),
    time: new SpanTime(clock),
    reporter,
    complaints: new Complaints(clock, services.logger),
  });
}

/** As in go-chassis a tracer that nobody brings is warned of, and nothing is traced. */
function makeReporter(
  backends: readonly TracingBackend[],
  services: Services,
  { tracer: wanted, settings }: TracingValues,
): SpanReporter | undefined {
  const backend = wanted === undefined ? backends[0] : backends.find(({ name }) => name === wanted);
  if (!backend) {
    const names = backends.map(({ name }) => name);
    services.logger.warn('tracing.tracer names a backend that is not listed in tracing(...): nothing is traced', {
      tracer: wanted,
      listed: names,
    });
    return undefined;
  }
  const { clock, identity, logger } = services;
  return backend.make({
    service: identity.service,
    version: identity.version,
    ...{ settings, clock, logger },
    meter: () => services.meter,
  });
}
