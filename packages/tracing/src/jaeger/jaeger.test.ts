import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  backendConformance,
  contextOf,
  type BackendSubject,
  type ReceivedSpan,
} from '../backend-conformance.fixture.js';
import { ReceivedSpans } from '../received-spans.fixture.js';
import { Collector } from '../zipkin/collector.fixture.js';
import { loadJaeger } from './jaeger-library.js';
import { jaeger } from './jaeger.js';
import { ThriftReader, type ThriftStruct, type ThriftValue } from './thrift-reader.fixture.js';

backendConformance('jaeger, over HTTP', async (): Promise<BackendSubject> => {
  const spans = new ReceivedSpans();
  const collector = await new Collector().listen();
  collector.onPosted = ({ body }) => spans.add(batch(new ThriftReader(body).struct()));
  return {
    backend: jaeger({ uri: `${collector.uri}/api/traces` }),
    received: () => spans.all,
    arrival: (count) => spans.arrival(count),
    stop: () => collector.close(),
  };
});

backendConformance('jaeger, over UDP', async (): Promise<BackendSubject> => {
  const spans = new ReceivedSpans();
  const agent = createSocket('udp4');
  agent.on('message', (packet) => {
    const reader = new ThriftReader(packet);
    if (reader.message() === 'emitBatch') spans.add(batch(reader.struct().get(1) as ThriftStruct));
  });
  agent.bind(0, '127.0.0.1');
  await once(agent, 'listening');
  return {
    backend: jaeger({ uri: `udp://127.0.0.1:${agent.address().port}` }),
    received: () => spans.all,
    arrival: (count) => spans.arrival(count),
    stop: () => new Promise((resolve) => agent.close(() => resolve())),
  };
});

/** `Batch` of jaeger.thrift: 1 process, 2 spans. */
function batch(struct: ThriftStruct): readonly ReceivedSpan[] {
  const service = String((struct.get(1) as ThriftStruct).get(1));
  return (struct.get(2) as readonly ThriftStruct[]).map((span) => {
    const { 'span.kind': kind = '', ...tags } = tagsOf(span.get(10));
    return {
      ...{ service, kind, tags },
      name: String(span.get(5)),
      traceId: hex(span.get(2)).replace(/^0{16}/, '') + hex(span.get(1)),
      spanId: hex(span.get(3)),
      parentId: span.get(4) === 0n ? undefined : hex(span.get(4)),
      startedAtUs: Number(span.get(8)),
      durationUs: Number(span.get(9)),
      logs: ((span.get(11) ?? []) as readonly ThriftStruct[]).map((log) => ({
        atUs: Number(log.get(1)),
        event: tagsOf(log.get(2))['event'] ?? '',
      })),
    };
  });
}

/** `Tag`: 1 key, 2 type; the value stands in the field that follows from the type. */
function tagsOf(tags: ThriftValue | undefined): Record<string, string> {
  const list = (tags ?? []) as readonly ThriftStruct[];
  return Object.fromEntries(list.map((tag) => [String(tag.get(1)), String(tag.get(3 + Number(tag.get(2))))]));
}

function hex(value: ThriftValue | undefined): string {
  const id = BigInt.asUintN(64, value as bigint)
    .toString(16)
    .padStart(16, '0');
  return id === '0'.repeat(16) ? '' : id;
}

describe('the address', () => {
  it('when it is empty, means that nothing is traced', () => {
    expect(jaeger().make(contextOf({ URI: '' }))).toBeUndefined();
  });

  it.each(['udp://jaeger', 'nonsense'])('that is none refuses the start: %s', (uri) => {
    expect(() => jaeger({ uri }).make(contextOf())).toThrow(
      `tracing.settings.URI: expected udp://127.0.0.1:6832 or http://127.0.0.1:14268/api/traces, got "${uri}"`,
    );
  });
});

describe('the library', () => {
  it('when it is not installed, refuses the start and says what to install', () => {
    const missing = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    const load = (): never => {
      throw missing;
    };
    expect(() => loadJaeger(load)).toThrow(/jaeger-client, which is not installed: npm install jaeger-client/);
  });
});
