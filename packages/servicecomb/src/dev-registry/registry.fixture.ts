import { seededRandom, VirtualClock } from '@ts-chassis/core';
import { WebSocket } from 'ws';
import type { FailureRecord, InstanceRecord, WatchEvent } from '../wire/records.js';
import { startDevRegistry, type DevRegistry, type DevRegistryOptions } from './start-dev-registry.js';

/** What a registry answered. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A registry on a free port with a clock of its own, and how a client speaks to it. */
export class RegistryAtHand {
  readonly #sockets: WebSocket[] = [];

  private constructor(
    readonly registry: DevRegistry,
    readonly clock: VirtualClock,
  ) {}

  static async start(options: DevRegistryOptions = {}): Promise<RegistryAtHand> {
    const clock = new VirtualClock();
    const registry = await startDevRegistry({ port: 0, clock, random: seededRandom(1), ...options });
    return new RegistryAtHand(registry, clock);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    await this.registry.close();
  }

  /** @param path - behind `/v4/default/registry`, or from the root with `/v4`; @param body - a text goes as it is */
  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> {
    const answer = await fetch(this.urlOf(path), {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** What a request is refused as. */
  async refused(...request: Parameters<RegistryAtHand['ask']>): Promise<FailureRecord & { readonly status: number }> {
    const { status, text } = await this.ask(...request);
    return { status, ...(JSON.parse(text) as FailureRecord) };
  }

  urlOf(path: string): string {
    return `${this.registry.url}${path.startsWith('/v4') ? '' : '/v4/default/registry'}${path}`;
  }

  async service(service: object): Promise<string> {
    const { text } = await this.ask('POST', '/microservices', {
      service: { appId: 'a1', version: '1.0.0', ...service },
    });
    return (JSON.parse(text) as { serviceId: string }).serviceId;
  }

  async instance(serviceId: string, instance: object = {}): Promise<string> {
    const { text } = await this.ask('POST', `/microservices/${serviceId}/instances`, {
      instance: { endpoints: ['rest://127.0.0.1:9999'], hostName: 'h', ...instance },
    });
    return (JSON.parse(text) as { instanceId: string }).instanceId;
  }

  /** Looks for a service of `a1` as a consumer does. */
  find(consumerId: string, serviceName: string, query = ''): Promise<Told> {
    const headers = consumerId ? { 'X-ConsumerId': consumerId } : {};
    return this.ask('GET', `/instances?appId=a1&serviceName=${serviceName}&version=0%2B${query}`, undefined, headers);
  }

  /** The ids that a consumer finds. */
  async found(consumerId: string, serviceName: string): Promise<readonly string[]> {
    const { instances = [] } = JSON.parse((await this.find(consumerId, serviceName)).text) as {
      instances?: InstanceRecord[];
    };
    return instances.map(({ instanceId }) => instanceId!);
  }

  /** Opens a websocket and notes what it is sent, and how it ends. */
  async open(
    path: string,
    options: { autoPong?: boolean; headers?: Record<string, string> } = {},
  ): Promise<SocketAtHand> {
    const socket = new WebSocket(this.urlOf(path).replace('http', 'ws'), options);
    this.#sockets.push(socket);
    const notes = new SocketAtHand(socket);
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    return notes;
  }
}

/** A websocket with what it was sent. */
export class SocketAtHand {
  readonly texts: string[] = [];
  readonly codes: number[] = [];
  pings = 0;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.texts.push(data.toString()));
    socket.on('ping', () => (this.pings += 1));
    socket.on('close', (code) => this.codes.push(code));
  }

  get events(): readonly WatchEvent[] {
    return this.texts.map((text) => JSON.parse(text) as WatchEvent);
  }

  get actions(): readonly string[] {
    return this.events.map(({ action }) => action);
  }
}
