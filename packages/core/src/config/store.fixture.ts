import { VirtualClock } from '../clock/index.js';
import { Logger, type LogFields } from '../telemetry/logger.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { duration } from './duration.js';
import { defineSection, type Section } from './section.js';
import type { ConfigSource, Layer } from './source.js';

/** A log that keeps what is worth a warning. */
export class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string, fields?: LogFields): void {
    this.lines.push(`${message} ${String(fields?.['error'])}`);
  }
  child(): Logger {
    return this;
  }
}

/** A source that tests change. */
export class Given implements ConfigSource {
  #listener: (next: Layer | Error) => void = () => {};
  #values: Record<string, unknown>;

  constructor(
    readonly name: string,
    readonly priority: number,
    values: Record<string, unknown> = {},
  ) {
    this.#values = values;
  }

  load(): Promise<Layer> {
    return Promise.resolve(this.#layer());
  }

  watch(listener: (next: Layer | Error) => void): () => void {
    this.#listener = listener;
    return () => void (this.#listener = () => {});
  }

  change(values: Record<string, unknown>): void {
    this.#values = values;
    this.#listener(this.#layer());
  }

  fail(error: Error): void {
    this.#listener(error);
  }

  #layer(): Layer {
    return { values: this.#values, place: (key) => `${this.name}:${key}` };
  }
}

export const Shop = defineSection<{ discount: number; currency: string; patience: number }>({
  key: 'shop',
  live: true,
  schema: {
    type: 'object',
    properties: {
      discount: { type: 'number', minimum: 0, maximum: 100, default: 0 },
      currency: { type: 'string', default: 'EUR' },
      patience: duration({ default: '1s' }),
    },
  },
});
export const Desk = defineSection<{ staff: number }>({
  key: 'desk',
  live: false,
  schema: { type: 'object', properties: { staff: { type: 'integer', default: 1 } } },
});

export interface Made {
  readonly store: ConfigStore;
  readonly files: Given;
  readonly lines: string[];
}

/** A started store over one source. */
export async function made(
  values: Record<string, unknown> = {},
  {
    sections = [Shop, Desk],
    others = [],
  }: { sections?: readonly Section<unknown>[]; others?: readonly ConfigSource[] } = {},
): Promise<Made> {
  const logger = new Lines();
  const files = new Given('files', 4, values);
  const store = createConfig({ sections, sources: [files, ...others], clock: new VirtualClock(), logger });
  await store.start();
  await store.startRemote([], 1000);
  return { store, files, lines: logger.lines };
}
