/** Fills a registry, keeps all instances alive by heartbeats, and changes some of them. */
import { Pool } from 'undici';
import { pause } from './first-answer.js';
import { gone, nowMs, serviceName, shown } from './registry-messages.js';

const root = '/v4/default/registry/microservices';
const connections = 20;
/** Between two beats of one instance. */
const beatMs = 30_000;
const tickMs = 10;
/** How many wait to be undone: so long is an instance left alone after a change. */
const mostUndone = 60;

/** An instance of ours. */
interface Placed {
  readonly service: string;
  readonly id: string;
  /** Which change made it what it is. */
  mark: string;
}

/** A change as a consumer is to see it. */
export interface Change {
  readonly seenAs: string;
  readonly sentMs: number;
  readonly answeredMs: number;
}

interface Requested {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly seenAs: string;
  /** Takes note of it. */
  done?(): void;
}

export class RegistryDriver {
  readonly #pool: Pool;
  readonly #services: string[] = [];
  readonly #instances: Placed[] = [];
  /** Those that are registered for a while, and those that are out of service for one. */
  readonly #passing: Placed[] = [];
  readonly #out: Placed[] = [];
  #isBeating = false;
  #failure: unknown;
  #number = 0;
  #turn = 0;

  constructor(port: number) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  }

  get serviceCount(): number {
    return this.#services.length;
  }

  /** Puts services into an empty registry, with as many instances each. */
  async fill(services: number, instancesOfEach: number): Promise<void> {
    await inParallel(services, async (number) => {
      const service = { serviceName: serviceName(number), appId: 'default', version: '1.0.0' };
      const { serviceId } = await this.#ask('POST', root, { service });
      this.#services[number] = String(serviceId);
    });
    await inParallel(services * instancesOfEach, async (number) => {
      const service = this.#services[number % services] as string;
      this.#instances[number] = { service, id: await this.#register(service, number), mark: `made-${number}` };
    });
  }

  /** Beats for all instances from now on, evenly over the time between two beats of one. */
  async beat(): Promise<void> {
    this.#isBeating = true;
    let next = 0;
    let due = 0;
    let last = nowMs();
    while (this.#isBeating) {
      const now = nowMs();
      due += ((now - last) * this.#instances.length) / beatMs;
      for (last = now; due >= 1; due -= 1) {
        const { service, id } = this.#instances[(next += 1) % this.#instances.length] as Placed;
        this.#ask('PUT', `${root}/${service}/instances/${id}/heartbeat`).catch(
          (error: unknown) => (this.#failure = error),
        );
      }
      await pause(tickMs);
    }
  }

  /** Makes so many changes a second, for so long. @returns what was done, once all of it is answered */
  async change(perSecond: number, seconds: number): Promise<Change[]> {
    const changes: Promise<Change>[] = [];
    const begun = nowMs();
    while (changes.length < perSecond * seconds) {
      const due = Math.min(perSecond * seconds, ((nowMs() - begun) / 1000) * perSecond);
      while (changes.length < due) changes.push(this.#make(this.#next()));
      await pause(tickMs);
    }
    if (this.#failure) throw new Error('a heartbeat failed', { cause: this.#failure });
    return Promise.all(changes);
  }

  async close(): Promise<void> {
    this.#isBeating = false;
    await pause(2 * tickMs);
    await this.#pool.close();
  }

  /** One kind of change after the other. */
  #next(): Requested {
    this.#number += 1;
    const kind = this.#number % 5;
    if (kind === 0) return this.#come();
    if (kind === 1) return this.#stepOut();
    if (kind === 2 && this.#passing.length > mostUndone) return this.#go(this.#passing.shift() as Placed);
    if (kind === 3 && this.#out.length > mostUndone) return this.#stepIn(this.#out.shift() as Placed);
    return this.#say();
  }

  #come(): Requested {
    const service = this.#services[this.#number % this.#services.length] as string;
    const placed: Placed = { service, id: `passing-${this.#number}`, mark: `made-${this.#number}` };
    return {
      method: 'POST',
      path: `${root}/${service}/instances`,
      body: { instance: { ...record(this.#number), instanceId: placed.id } },
      seenAs: shown(placed.id, placed.mark),
      done: () => this.#passing.push(placed),
    };
  }

  #go({ service, id }: Placed): Requested {
    return { method: 'DELETE', path: `${root}/${service}/instances/${id}`, seenAs: gone(id) };
  }

  #stepOut(): Requested {
    const placed = this.#another();
    const { service, id } = placed;
    const path = `${root}/${service}/instances/${id}/status?value=OUTOFSERVICE`;
    return { method: 'PUT', path, seenAs: gone(id), done: () => this.#out.push(placed) };
  }

  #stepIn({ service, id, mark }: Placed): Requested {
    const path = `${root}/${service}/instances/${id}/status?value=UP`;
    return { method: 'PUT', path, seenAs: shown(id, mark) };
  }

  #say(): Requested {
    const placed = this.#another();
    const { service, id } = placed;
    placed.mark = `said-${this.#number}`;
    return {
      method: 'PUT',
      path: `${root}/${service}/instances/${id}/properties`,
      body: { properties: { ...record(0).properties, mark: placed.mark } },
      seenAs: shown(id, placed.mark),
    };
  }

  /** Each in turn, so that none is changed twice within seconds. */
  #another(): Placed {
    this.#turn += 1;
    // neighbours are instances of different services
    return this.#instances[this.#turn % this.#instances.length] as Placed;
  }

  async #make({ method, path, body, seenAs, done }: Requested): Promise<Change> {
    const sentMs = nowMs();
    await this.#ask(method, path, body);
    const answeredMs = nowMs();
    done?.();
    return { seenAs, sentMs, answeredMs };
  }

  async #register(service: string, number: number): Promise<string> {
    const answer = await this.#ask('POST', `${root}/${service}/instances`, { instance: record(number) });
    return String(answer['instanceId']);
  }

  async #ask(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const answer = await this.#pool.request({ method, path, headers, body: body ? JSON.stringify(body) : null });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }
}

/** What an instance with two listeners says of itself. */
function record(number: number) {
  const host = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  return {
    hostName: `host-${number}.cluster.example`,
    endpoints: [`rest://${host}:8080?sslEnabled=false`, `grpc://${host}:9090?sslEnabled=false`],
    status: 'UP',
    properties: { mark: `made-${number}`, tier: 'backend', 'released-by': 'continuous-delivery' },
    healthCheck: { mode: 'push', interval: 30, times: 3 },
    dataCenterInfo: { name: 'east', region: 'region-1', availableZone: `zone-${number % 3}` },
  };
}

async function inParallel(count: number, run: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}
