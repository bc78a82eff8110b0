import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createConfig } from '../config/create-config.js';
import { memorySource } from '../config/sources/memory-source.js';
import { Logger } from '../telemetry/logger.js';
import { ConsumerSection } from './consumer-section.js';

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(): void {}
  child(): Logger {
    return this;
  }
}

it('unknown keys are warned of, and refuse nothing', async () => {
  const logger = new Lines();
  const values = {
    'servicecomb.consumer': { timeoutMS: 5, services: { catalog: { timeoutMs: 100, protocl: 'rest' } } },
  };
  const sources = [memorySource(values)];
  const store = createConfig({ sections: [ConsumerSection], sources, clock: new VirtualClock(), logger });
  await store.start();
  expect(store.section(ConsumerSection)).toMatchObject({
    timeoutMs: 30_000,
    services: { catalog: { timeoutMs: 100 } },
  });
  expect(logger.lines).toEqual([
    'memory: unknown key servicecomb.consumer.timeoutMS; did you mean servicecomb.consumer.timeoutMs?',
    'memory: unknown key servicecomb.consumer.services.catalog.protocl; did you mean servicecomb.consumer.services.catalog.protocol?',
  ]);
});
