import {
  authorityOf,
  coreError,
  protocolOf,
  type Clock,
  type Endpoint,
  type Invocation,
  type TlsMaterials,
} from '@ts-chassis/core';
import { Channel, compressionAlgorithms, credentials, type ChannelOptions } from '@grpc/grpc-js';
import { isIPv4, isIPv6 } from 'node:net';
import { EndpointChannel } from './endpoint-channel.js';
import type { GrpcClientOptions } from './grpc-client-options.js';
import { secureCredentials } from './secure-credentials.js';

/** What channels are made with. */
export interface ChannelParts {
  readonly clock: Clock;
  /** What holds when the first call to an endpoint is made; 0 for any length. */
  readonly limits: { readonly value: { readonly maxBodyBytes: number } };
  readonly tls: Pick<TlsMaterials, 'client'>;
  readonly options: GrpcClientOptions;
}

const KEEPALIVE_MS = 6 * 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** Of what one call sent and was not taken yet by the connection, in bytes. */
const SEND_AHEAD_BYTES = 64 * 1024;

/** One channel for each endpoint, made at its first call; over TLS one for each service there, as each has its own trust. */
export class Channels {
  readonly #byKey = new Map<string, EndpointChannel>();
  readonly #making = new Map<string, Promise<EndpointChannel>>();
  /** Endpoints come from the instance cache and stay the same objects: most calls need no key. */
  #byEndpoint = new WeakMap<Endpoint, EndpointChannel>();
  readonly #leaving = new Set<EndpointChannel>();
  #closed = false;

  constructor(private readonly parts: ChannelParts) {}

  /**
   * The channel for a call; a promise the first time that TLS is to be spoken.
   *
   * @throws ChassisError `CALL_FAILED` once everything was closed, `TLS_INVALID`
   */
  of(endpoint: Endpoint, { service }: Invocation): EndpointChannel | Promise<EndpointChannel> {
    const known = this.#byEndpoint.get(endpoint);
    if (known && (known.service === undefined || known.service === service)) return known;
    if (this.#closed)
      throw coreError('CALL_FAILED', `${authorityOf(endpoint)}: the application is stopped and makes no more calls`);
    return endpoint.ssl ? this.#secure(endpoint, service) : this.#insecure(endpoint);
  }

  /** Closes the connections to an endpoint once their calls are over. */
  release(endpoint: Endpoint): void {
    const address = addressOf(endpoint);
    for (const [key, channel] of this.#byKey) if (key.startsWith(`${address} `)) this.#drop(key, channel);
  }

  /**
   * Closes everything; resolves when the calls under way are over.
   *
   * @param signal - ends them by force when it aborts
   */
  async close(signal?: AbortSignal): Promise<void> {
    this.#closed = true;
    for (const [key, channel] of this.#byKey) this.#drop(key, channel);
    const force = (): void => {
      for (const channel of this.#leaving) channel.end(stopped());
    };
    if (signal?.aborted) force();
    signal?.addEventListener('abort', force);
    await Promise.all([...this.#leaving].map((channel) => channel.closed()));
    signal?.removeEventListener('abort', force);
  }

  #insecure(endpoint: Endpoint): EndpointChannel {
    const key = `${addressOf(endpoint)} `;
    const known = this.#byKey.get(key);
    if (known) return this.#remember(endpoint, known);
    return this.#add(key, endpoint, { service: undefined, credentials: credentials.createInsecure() });
  }

  #secure(endpoint: Endpoint, service: string): EndpointChannel | Promise<EndpointChannel> {
    const key = `${addressOf(endpoint)} ${service}`;
    const known = this.#byKey.get(key);
    if (known) return this.#remember(endpoint, known);
    const begun = this.#making.get(key);
    if (begun) return begun;
    const making = this.#makeSecure(key, endpoint, service).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #makeSecure(key: string, endpoint: Endpoint, service: string): Promise<EndpointChannel> {
    const material = await this.parts.tls.client(service, protocolOf(endpoint.listener));
    if (this.#closed)
      throw coreError('CALL_FAILED', `${authorityOf(endpoint)}: the application is stopped and makes no more calls`);
    const channel = this.#add(key, endpoint, { service, ...secureCredentials(material.connect()) });
    // certificates changed: the next call makes a new connection, calls on this one finish on it
    channel.onClose(material.onChange(() => this.#drop(key, channel)));
    return channel;
  }

  #add(key: string, endpoint: Endpoint, secured: Secured): EndpointChannel {
    const options = { ...channelOptions(this.parts), ...secured.options };
    const channel = new EndpointChannel({
      channel: new Channel(targetOf(endpoint), secured.credentials, options),
      clock: this.parts.clock,
      where: authorityOf(endpoint),
      service: secured.service,
      onDead: (dead) => this.#drop(key, dead),
    });
    this.#byKey.set(key, channel);
    return this.#remember(endpoint, channel);
  }

  #remember(endpoint: Endpoint, channel: EndpointChannel): EndpointChannel {
    this.#byEndpoint.set(endpoint, channel);
    return channel;
  }

  /** Later calls make a new one. */
  #drop(key: string, channel: EndpointChannel): void {
    if (this.#byKey.get(key) === channel) {
      this.#byKey.delete(key);
      // Other endpoint objects of the same address find the next one by the address.
      this.#byEndpoint = new WeakMap();
    }
    if (this.#leaving.has(channel)) return;
    this.#leaving.add(channel);
    channel.onClose(() => this.#leaving.delete(channel));
    channel.retire();
  }
}

interface Secured {
  readonly service: string | undefined;
  readonly credentials: ReturnType<typeof credentials.createInsecure>;
  readonly options?: ChannelOptions;
}

function stopped(): Error {
  return coreError('CALL_FAILED', 'the application has stopped: its time for calls under way is over');
}

function addressOf(endpoint: Endpoint): string {
  return `${endpoint.ssl ? 'tls' : 'tcp'}://${authorityOf(endpoint)}`;
}

/** An address needs no look-up; a name is looked up when the connection is made. */
function targetOf({ host, port }: Endpoint): string {
  const scheme = isIPv4(host) ? 'ipv4' : isIPv6(host) ? 'ipv6' : 'dns';
  return `${scheme}:${authorityOf({ host, port })}`;
}

/** Balancing, retries, and what services say of both are governance's; proxies and channelz are not ours. */
function channelOptions({ limits, options }: ChannelParts): ChannelOptions {
  const keepaliveMs = options.keepaliveMs ?? KEEPALIVE_MS;
  return {
    'grpc.enable_retries': 0,
    'grpc.per_rpc_retry_buffer_size': SEND_AHEAD_BYTES,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_channelz': 0,
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': limits.value.maxBodyBytes || -1,
    ...(keepaliveMs > 0 && {
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? KEEPALIVE_TIMEOUT_MS,
    }),
    ...(options.compression && {
      'grpc.default_compression_algorithm': compressionAlgorithms[options.compression],
    }),
  };
}
