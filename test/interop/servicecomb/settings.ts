import { until, type ChassisPeer, type kie } from '../../../scripts/servers/servers.mjs';

type Kie = Awaited<ReturnType<typeof kie.start>>;

/** The labels with which go-chassis asks for what all services of an application are told. */
const LABELS = { app: 'interop', environment: '' };
/** Is always there: that the last key of all is gone, go-chassis does not see. */
const TURN = 'interop.turn';
const TOUCH_EVERY_MS = 3000;

/** What KIE tells all services of the application. */
export class Settings {
  readonly #keys = new Set<string>();
  #turn = 0;

  constructor(private readonly kie: Kie) {}

  /** What our side is configured with to be told. */
  get values(): Readonly<Record<string, unknown>> {
    return { 'servicecomb.config.client': { serverUri: [this.kie.url], refreshMode: 0, refreshInterval: '5s' } };
  }

  /** Before anybody is told; go-chassis then takes part in it. */
  async begin(): Promise<void> {
    await this.#touch();
  }

  /** Sets a value, and waits until a service of go-chassis has it. */
  async set(key: string, value: string, go?: ChassisPeer): Promise<void> {
    this.#keys.add(key);
    await this.kie.set(key, value, LABELS);
    if (go) await this.#taken(go, { key, isSo: (seen) => seen === value });
  }

  /** Takes a value away, and waits until a service of go-chassis does not have it any more. */
  async remove(key: string, go?: ChassisPeer): Promise<void> {
    this.#keys.delete(key);
    const before = await go?.config(key);
    await this.kie.remove(key, LABELS);
    if (go) await this.#taken(go, { key, isSo: (seen) => seen !== before });
  }

  /** Takes all values away. */
  async clear(): Promise<void> {
    for (const key of [...this.#keys]) await this.remove(key);
  }

  /** KIE's lists come from a cache that is late now and then; then go-chassis sees a change with the next one only. */
  async #taken(go: ChassisPeer, { key, isSo }: { readonly key: string; isSo(seen: unknown): boolean }): Promise<void> {
    let touched = Date.now();
    await until(`${key}, as go-chassis has it`, async () => {
      if (isSo(await go.config(key))) return true;
      if (Date.now() - touched > TOUCH_EVERY_MS) {
        touched = Date.now();
        await this.#touch();
      }
      return undefined;
    });
  }

  async #touch(): Promise<void> {
    this.#turn += 1;
    await this.kie.set(TURN, String(this.#turn), LABELS);
  }
}
