import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jaeger, startShop, until } from '../../scripts/servers/servers.mjs';
import { lane } from './lane.js';
import { getJson, placeOrder } from './shop-client.js';

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly processID: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
}

interface Traces {
  readonly data: readonly {
    readonly spans: readonly JaegerSpan[];
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  }[];
}

const SPANS_OF_AN_ORDER = 3;

lane('Jaeger and the shop, through jaeger-client', [jaeger], () => {
  let shop: Awaited<ReturnType<typeof startShop>>;
  let server: Awaited<ReturnType<typeof jaeger.start>>;

  beforeAll(async () => {
    server = await jaeger.start();
  });

  afterEach(() => shop?.stop());
  afterAll(() => server?.stop());

  // nothing tells a sender over UDP that its spans were lost: what counts is what Jaeger can be asked for
  it.each([
    ['over UDP to the agent', () => `udp://${server.agent.host}:${server.agent.port}`],
    ['over HTTP to the collector', () => server.collectorUrl],
  ])('shows one order as one trace, sent %s', async (_how, target) => {
    shop = await startShop({ flags: ['--tracing.tracer=jaeger', `--tracing.settings.URI=${target()}`] });
    const id = await placeOrder(shop.orders);
    const tags = encodeURIComponent(JSON.stringify({ 'order.id': id }));
    const trace = await until(`the trace of order ${id}`, async () => {
      const { data } = await getJson<Traces>(`${server.queryUrl}/api/traces?service=orders&tags=${tags}`);
      return data[0] && data[0].spans.length >= SPANS_OF_AN_ORDER ? data[0] : undefined;
    });
    const { spans, processes } = trace;
    expect(spans).toHaveLength(SPANS_OF_AN_ORDER);
    expect(new Set(spans.map(({ traceID }) => traceID)).size).toBe(1);
    const one = (service: string, kind: string): JaegerSpan => {
      const found = spans.filter(
        (span) => processes[span.processID]!.serviceName === service && tag(span, 'span.kind') === kind,
      );
      expect(found, `${service} ${kind}`).toHaveLength(1);
      return found[0]!;
    };
    const [served, call, answered] = [one('orders', 'server'), one('orders', 'client'), one('catalog', 'server')];
    expect(served.references).toEqual([]);
    expect(parentOf(call)).toBe(served.spanID);
    expect(parentOf(answered)).toBe(call.spanID);
    expect(tag(served, 'order.id')).toBe(id);
  });
});

function parentOf({ references }: JaegerSpan): string | undefined {
  return references.find(({ refType }) => refType === 'CHILD_OF')?.spanID;
}

function tag({ tags }: JaegerSpan, key: string): unknown {
  return tags.find((entry) => entry.key === key)?.value;
}
