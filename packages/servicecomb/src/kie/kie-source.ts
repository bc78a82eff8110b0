import {
  ChassisError,
  type Clock,
  type ConfigSource,
  type Disposer,
  type Layer,
  type Logger,
  type Random,
} from '@ts-chassis/core';
import type { Connection } from '../connection/connection.js';
import { printable } from '../connection/printable.js';
import { Troubles } from '../connection/troubles.js';
import type { Dimension } from './dimension.js';
import { DimensionValues } from './dimension-values.js';
import { DimensionWatch } from './dimension-watch.js';
import { KieClient } from './kie-client.js';
import { kieLayer } from './kie-layer.js';

/** What a {@link KieSource} is made of. */
export interface KieSourceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The weakest first. */
  readonly dimensions: readonly Dimension[];
  readonly mode: 0 | 1;
  readonly intervalMs: number;
  /** Asked once; undefined where there turns out to be no server. */
  connect(signal: AbortSignal): Promise<Connection | undefined>;
}

const OUTAGE = 'outage';

/** The values of KIE that are for this service, as a source of configuration. */
export class KieSource implements ConfigSource {
  readonly name = 'kie';
  readonly priority = 0;
  readonly remote = true;
  readonly #options: KieSourceOptions;
  readonly #ends = new AbortController();
  readonly #troubles: Troubles;
  /** Dimensions that cannot be asked at present. */
  readonly #failing = new Set<Dimension>();
  #connection: Connection | undefined;
  #watches: readonly DimensionWatch[] = [];
  #loaded: Promise<Layer> | undefined;
  #tell: ((layer: Layer) => void) | undefined;
  #wentBackTo = '';

  constructor(options: KieSourceOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.logger, options.clock);
  }

  /** Asks until all dimensions are answered, however long that takes: how long a start waits for it is the application's affair. */
  load(): Promise<Layer> {
    return (this.#loaded ??= this.#load());
  }

  watch(listener: (next: Layer | Error) => void): Disposer {
    this.#tell = listener;
    for (const watch of this.#watches) void watch.run();
    return () => this.close();
  }

  close(): void {
    if (this.#ends.signal.aborted) return;
    this.#tell = undefined;
    this.#ends.abort(new Error('kie: the source is closed'));
    void this.#connection?.close();
  }

  async #load(): Promise<Layer> {
    const { signal } = this.#ends;
    const connection = await this.#options.connect(signal);
    if (connection) this.#follow(connection);
    if (signal.aborted) {
      await connection?.close();
      throw signal.reason;
    }
    await Promise.all(this.#watches.map((watch) => watch.first()));
    return this.#layer();
  }

  #follow(connection: Connection): void {
    const { dimensions, logger, ...asking } = this.#options;
    this.#connection = connection;
    const client = new KieClient(connection);
    this.#watches = dimensions.map(
      (dimension) =>
        new DimensionWatch(new DimensionValues(dimension, logger), {
          ...asking,
          client,
          signal: this.#ends.signal,
          changed: () => this.#tell?.(this.#layer()),
          failed: (error) => this.#failed(dimension, error),
          worked: () => this.#worked(dimension),
          wentBack: (from, to) => this.#wentBack(from, to),
        }),
    );
  }

  #layer(): Layer {
    return kieLayer(this.#watches.map(({ values }) => values.entries));
  }

  /** One question that is refused is a trouble of its own: it must not hide an outage. */
  #failed(dimension: Dimension, error: unknown): void {
    const reason = printable(error instanceof Error ? error.message : String(error));
    const stays = this.#tell ? 'the last good values stay' : 'there are no values yet';
    if (ChassisError.is(error) && error.code === 'REGISTRY_REFUSED') {
      this.#troubles.begin(dimension.name, `kie: ${reason}; ${stays}, and it is asked on`);
      return;
    }
    this.#failing.add(dimension);
    this.#troubles.begin(OUTAGE, `kie cannot be asked: ${reason}; ${stays}, and it is asked on`);
  }

  #worked(dimension: Dimension): void {
    this.#troubles.end(dimension.name, `kie: the question for ${dimension.name} is answered again`);
    if (this.#failing.delete(dimension) && this.#failing.size === 0) this.#troubles.end(OUTAGE, 'kie answers again');
  }

  /** Each dimension sees it; it is said once. */
  #wentBack(from: string, to: string): void {
    if (this.#wentBackTo === to) return;
    this.#wentBackTo = to;
    this.#options.logger.warn(
      `kie: its revision went back from ${from} to ${to}: it has lost or replaced data; what it has now counts`,
    );
  }
}
