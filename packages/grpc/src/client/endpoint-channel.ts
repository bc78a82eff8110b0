import { coreError, type Clock, type Disposer } from '@ts-chassis/core';
import { connectivityState, type Channel } from '@grpc/grpc-js';

/** A call as grpc-js runs it below its own clients, whose layers are of no use here. */
export type RawCall = ReturnType<Channel['createCall']>;

/** A call under way, as its channel sees it. */
export interface OpenCall {
  /** Ends it by force. */
  cancel(reason: Error): void;
}

/** Connecting to a machine that does not answer at all is given up after this time. */
const CONNECT_MS = 5000;

/**
 * So many calls may be cancelled on a connection at once, and so many more each millisecond, until later calls go over a new one. Servers of ours
 * ask for that at 450; others of Node end connections on which they see 1000 at once, or more than 33 a second beyond that, with all calls on them.
 */
const MOST_CANCELS = 400;
const CANCELS_PER_MS = 0.03;

export interface EndpointChannelParts {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly where: string;
  /** The only service it is for; undefined for any, where no certificates are checked. */
  readonly service: string | undefined;
  /** Told when there is no way to the endpoint now: the next call shall begin anew. */
  readonly onDead: (channel: EndpointChannel) => void;
}

/** One connection to an endpoint, and the calls on it. */
export class EndpointChannel {
  /** `host:port`. */
  readonly where: string;
  readonly service: string | undefined;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #onDead: (channel: EndpointChannel) => void;
  readonly #calls = new Set<OpenCall>();
  readonly #onClose: Disposer[] = [];
  #connecting: Disposer | undefined = undefined;
  #retired = false;
  #closed = false;
  #cancels = 0;
  #cancelledMs = 0;

  constructor({ channel, clock, where, service, onDead }: EndpointChannelParts) {
    this.where = where;
    this.service = service;
    this.#channel = channel;
    this.#clock = clock;
    this.#onDead = onDead;
  }

  /** A call that is not started yet. Deadlines are the invocation's: grpc-js would keep a second timer for each. */
  open(path: string, call: OpenCall): RawCall {
    if (this.#channel.getConnectivityState(false) !== connectivityState.READY) this.#watchConnecting();
    const raw = this.#created(path);
    this.#calls.add(call);
    return raw;
  }

  /** A call is over. */
  ended(call: OpenCall): void {
    this.#calls.delete(call);
    if (this.#connecting && this.#channel.getConnectivityState(false) === connectivityState.READY) this.#stopWatching();
    if (this.#retired && this.#calls.size === 0) this.#close();
  }

  /** A call was cancelled. */
  cancelled(): void {
    const nowMs = this.#clock.elapsed();
    this.#cancels = Math.max(0, this.#cancels - (nowMs - this.#cancelledMs) * CANCELS_PER_MS) + 1;
    this.#cancelledMs = nowMs;
    if (this.#cancels > MOST_CANCELS && !this.#retired) this.#onDead(this);
  }

  /** The endpoint cannot be reached: calls made from now on shall try anew, by a channel of their own. */
  dead(): void {
    this.#onDead(this);
  }

  /** Takes no more calls, and closes the connection after the last one. */
  retire(): void {
    this.#retired = true;
    if (this.#calls.size === 0) this.#close();
  }

  /** Resolves when it is closed. */
  closed(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.onClose(resolve));
  }

  /** Runs something when it is closed. */
  onClose(run: Disposer): void {
    if (this.#closed) run();
    else this.#onClose.push(run);
  }

  /** Ends all calls by force. */
  end(reason: Error): void {
    for (const call of this.#calls) call.cancel(reason);
  }

  #created(path: string): RawCall {
    try {
      return this.#channel.createCall(path, Infinity, undefined, null, undefined);
    } catch (error) {
      const cause = Object.assign(new Error((error as Error).message), { syscall: 'connect' });
      throw coreError('CALL_FAILED', `${this.where}: the connection was closed before the call`, { cause });
    }
  }

  #watchConnecting(): void {
    this.#connecting ??= this.#clock.after(CONNECT_MS, () => {
      this.#connecting = undefined;
      if (this.#closed || this.#channel.getConnectivityState(false) === connectivityState.READY) return;
      this.#onDead(this);
      // calls that wait for the connection fail now; calls on an older one that is being given up go on
      this.#channel.close();
    });
  }

  #stopWatching(): void {
    this.#connecting?.();
    this.#connecting = undefined;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#channel.close();
    for (const run of this.#onClose) run();
  }
}
