import type { Clock } from '../clock/clock.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Listener } from '../endpoint/listener.js';
import type { Runner } from '../invocation/next.js';
import type { Operation } from '../schema/operation.js';
import type { Logger } from '../telemetry/logger.js';
import type { ListenerSockets } from './listener-sockets.js';

/**
 * An operation as a listener offers it: its description and the runner of its chain.
 *
 * @example
 * ```ts
 * for (const { operation, runner } of binding.operations) router.add(operation.http, runner);
 * ```
 */
export interface ServedOperation {
  readonly operation: Operation;
  readonly runner: Runner;
}

/**
 * What a server transport is given to serve one listener.
 *
 * @example
 * ```ts
 * const server = await transport.listen(binding);
 * ```
 */
export interface ListenerBinding {
  readonly listener: Listener;
  /** Our own service's name. */
  readonly service: string;
  readonly operations: readonly ServedOperation[];
  /** Runs for what matches no operation, so that scans are limited, traced and counted; it rejects with `NOT_FOUND` at its end. */
  readonly unmatched: ServedOperation;
  /** Where its connections come from: no transport listens by itself. */
  readonly sockets: ListenerSockets;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A listener that is open.
 *
 * @example
 * ```ts
 * await server.stopAccepting();
 * await server.drain();
 * await server.close();
 * ```
 */
export interface RunningServer {
  /** Where it really listens. */
  readonly endpoint: Endpoint;
  /** No new connections; connections kept alive are told to close after their next answer, idle ones are closed. */
  stopAccepting(): Promise<void>;
  /** Resolves when the last request is answered. */
  drain(): Promise<void>;
  /** Ends what is left. */
  close(): Promise<void>;
}

/**
 * A protocol's server side; a plug-in declares it with `host.serverTransport`.
 *
 * @example
 * ```ts
 * class TalkServer implements ServerTransport { protocol = 'talk'; async listen(binding) { return open(binding); } }
 * ```
 */
export interface ServerTransport {
  readonly protocol: string;
  /** Checks at plan time that it can serve the operations: two on one route, an unknown place. Opens nothing. */
  check?(binding: Pick<ListenerBinding, 'listener' | 'operations'>): void;
  /**
   * Opens the listener.
   *
   * @throws ChassisError `LISTEN_FAILED` when the address cannot be had
   */
  listen(binding: ListenerBinding): Promise<RunningServer>;
}
