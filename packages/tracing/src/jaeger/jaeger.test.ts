import { VirtualClock } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { contextOf, finishedSpan } from '../backend-subject.fixture.js';
import { Collector } from '../zipkin/collector.fixture.js';
import { loadJaeger } from './jaeger-library.js';
import { jaeger } from './jaeger.js';

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

describe('a collector that never answers', () => {
  it('does not hold up the stop', async () => {
    const collector = await new Collector().listen();
    collector.status = undefined;
    const clock = new VirtualClock();
    const reporter = jaeger({ uri: collector.uri }).make(contextOf({ timeout: 5000 }, { clock }))!;
    reporter.report(finishedSpan());
    const posted = collector.next();
    const closed = reporter.close();
    await posted;
    await clock.advance(5000);
    await closed;
    await collector.close();
  });
});
