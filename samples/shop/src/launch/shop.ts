import { ServiceProcess } from './service-process.js';

/** By itself, or asked to stop before it was listening to signals, with nothing to finish. */
const STOPPED_WELL = new Set(['exit code 0', 'signal SIGTERM']);

/** Where the services of the shop answer, such as `http://127.0.0.1:8101`. */
export interface ShopAddresses {
  readonly catalog: string;
  readonly orders: string;
  /** Of version 1.1.0 of `catalog`, when it was asked for. */
  readonly canary?: string;
}

/** How the shop is started. */
export interface ShopOptions {
  /** For every service, such as `--servicecomb.log.level=debug`. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Starts version 1.1.0 of `catalog`, too. */
  readonly canary?: boolean;
  /** Takes every line that a service writes. */
  readonly line: (service: string, text: string) => void;
}

/** The services of the shop, each a process. */
export class Shop {
  readonly #catalog: ServiceProcess;
  readonly #orders: ServiceProcess;
  readonly #canary: ServiceProcess | undefined;

  constructor({ line, canary = false, ...options }: ShopOptions) {
    const start = (name: string): ServiceProcess =>
      new ServiceProcess({ ...options, name, line: (text) => line(name, text) });
    this.#catalog = start('catalog');
    this.#orders = start('orders');
    if (canary) this.#canary = start('canary');
  }

  /** Resolves when all are ready. */
  async ready(): Promise<ShopAddresses> {
    const [catalog, orders, canary] = await Promise.all([
      this.#catalog.ready(),
      this.#orders.ready(),
      this.#canary?.ready(),
    ]);
    return { catalog, orders, ...(canary !== undefined && { canary }) };
  }

  /** Resolves as soon as one has ended, to which one and how. */
  async ended(): Promise<string> {
    return Promise.race(this.#services.map(async (service) => `${service.name} ended with ${await service.ended}`));
  }

  /** Lets all finish what they are doing; resolves, when they have ended, to how those did that did not end well. */
  async stop(): Promise<readonly string[]> {
    for (const service of this.#services) service.stop();
    const ends = await Promise.all(this.#services.map(async ({ name, ended }) => ({ name, how: await ended })));
    return ends.filter(({ how }) => !STOPPED_WELL.has(how)).map(({ name, how }) => `${name} ended with ${how}`);
  }

  /** Ends all at once. */
  kill(): void {
    for (const service of this.#services) service.kill();
  }

  get #services(): readonly ServiceProcess[] {
    return [this.#catalog, this.#orders, ...(this.#canary ? [this.#canary] : [])];
  }
}
