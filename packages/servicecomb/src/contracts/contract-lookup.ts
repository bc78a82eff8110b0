import { compareVersions, type Clock, type ServiceQuery } from '@ts-chassis/core';
import { failureCodeOf, refusal } from '../service-center/failure.js';
import type { Session } from '../service-center/session.js';
import { FAILURE } from '../wire/failure-codes.js';
import type { ServiceRecord } from '../wire/records.js';

/** How long what was found is taken for true. */
const LIFE_MS = 10_000;
const MOST = 256;

/** Finds the records of other services at the registry: which versions there are, and under which ids. */
export class ContractLookup {
  readonly #live = new Map<string, Kept<readonly string[]>>();
  #services: Kept<readonly ServiceRecord[]> | undefined;

  constructor(
    private readonly session: Pick<Session, 'center'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks record after record of a service until one has an answer: first those of versions that have instances, then, as their
   * contracts are stored before their instances come, all; each time the newest first.
   */
  async first<T>(query: ServiceQuery, ask: (serviceId: string) => Promise<T | undefined>): Promise<T | undefined> {
    const asked = new Set<string>();
    for (const ids of [() => this.#withInstances(query), () => this.#recorded(query)]) {
      for (const id of await ids()) {
        if (asked.has(id)) continue;
        asked.add(id);
        const answer = await this.#askKnown(query, () => ask(id));
        if (answer !== undefined) return answer;
      }
    }
    return undefined;
  }

  /** A record that is gone by now has no answer, and what was kept of the service is not true any more. */
  async #askKnown<T>(query: ServiceQuery, ask: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (failureCodeOf(error) !== FAILURE.serviceMissing) throw error;
      this.#live.delete(keyOf(query));
      this.#services = undefined;
      return undefined;
    }
  }

  #withInstances(query: ServiceQuery): Promise<readonly string[]> {
    const key = keyOf(query);
    const known = this.#live.get(key);
    if (known && this.#isFresh(known)) return known.value;
    this.#live.delete(key);
    const asked = this.#kept(this.#askLive(query));
    this.#live.set(key, asked);
    if (this.#live.size > MOST) this.#live.delete(this.#live.keys().next().value!);
    asked.value.catch(() => this.#live.delete(key));
    return asked.value;
  }

  /** Without a consumer, so that reading a contract neither makes a record of ours nor notes a dependency. */
  async #askLive({ environment, app, service }: ServiceQuery): Promise<readonly string[]> {
    const key = { ...(environment && { environment }), appId: app, serviceName: service, version: '0+' };
    const [answer] = await this.session.center.findInstances(undefined, [{ service: key }]);
    if (answer?.kind === 'failed' && answer.code !== FAILURE.serviceMissing) {
      throw refusal(`looking for ${app}:${service}`, { errorCode: answer.code, errorMessage: answer.message });
    }
    if (answer?.kind !== 'updated') return [];
    return newestFirst(answer.instances);
  }

  async #recorded({ environment, app, service }: ServiceQuery): Promise<readonly string[]> {
    if (!this.#services || !this.#isFresh(this.#services)) {
      const asked = this.#kept(this.session.center.services());
      this.#services = asked;
      asked.value.catch(() => (this.#services = undefined));
    }
    const records = await this.#services.value;
    return newestFirst(
      records.filter(
        (record) =>
          record.serviceName === service && record.appId === app && (record.environment ?? '') === environment,
      ),
    );
  }

  #kept<T>(value: Promise<T>): Kept<T> {
    return { sinceMs: this.clock.elapsed(), value };
  }

  #isFresh({ sinceMs }: Kept<unknown>): boolean {
    return this.clock.elapsed() - sinceMs < LIFE_MS;
  }
}

interface Kept<T> {
  readonly sinceMs: number;
  readonly value: Promise<T>;
}

function newestFirst(records: readonly { serviceId?: string; version?: string }[]): readonly string[] {
  const versions = new Map<string, string>();
  for (const { serviceId, version } of records) if (serviceId !== undefined) versions.set(serviceId, version ?? '');
  return [...versions].sort(([, a], [, b]) => compareVersions(b, a)).map(([id]) => id);
}

function keyOf({ environment, app, service }: ServiceQuery): string {
  return JSON.stringify([environment, app, service]);
}
