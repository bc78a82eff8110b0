import { BackOff, type Clock, type Disposer, type Logger, type Random } from '@ts-chassis/core';
import type { Socket, SocketEnd, SocketListener } from '../connection/connection.js';
import { SOCKET_INSTANCE_MISSING } from '../wire/failure-codes.js';

/** What a {@link HeartbeatSocket} is made of. */
export interface HeartbeatSocketOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Opens it for the instance as it is known now. */
  readonly open: (listener: SocketListener) => Socket;
  /** The registry does not know the instance. */
  readonly onLost: () => void;
}

/**
 * The websocket by which the registry asks whether an instance lives; the answers to its pings are beats. It is opened again whenever it
 * breaks, and now and then where the registry does not have it; who owns it sends beats of its own while it does not beat.
 */
export class HeartbeatSocket {
  readonly #pauses: BackOff;
  /** A registry of another version may come; that is no matter of seconds. */
  readonly #longPauses: BackOff;
  #socket: Socket | undefined;
  /** Tells the socket that counts from those before it. */
  #turn = 0;
  #pingedAtMs = -Infinity;
  #stopTimer: Disposer = () => {};
  #isRefused = false;

  constructor(private readonly options: HeartbeatSocketOptions) {
    const { random } = options;
    this.#pauses = new BackOff({ firstMs: 1000, longestMs: 30_000, random });
    this.#longPauses = new BackOff({ firstMs: 60_000, longestMs: 600_000, random });
  }

  /** Whether a ping was answered so lately that the registry needs no other beat. */
  get isBeating(): boolean {
    const { clock, intervalMs } = this.options;
    return clock.elapsed() - this.#pingedAtMs < intervalMs * 1.5;
  }

  /** Opens it; one that was open is closed, as the instance may have another id of a service now. */
  start(): void {
    this.stop();
    this.#open();
  }

  stop(): void {
    this.#turn += 1;
    this.#stopTimer();
    this.#pingedAtMs = -Infinity;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #open(): void {
    const { clock, logger, open } = this.options;
    const turn = ++this.#turn;
    const socket = open({
      ping: () => {
        if (turn !== this.#turn) return;
        this.#pingedAtMs = clock.elapsed();
        this.#pauses.reset();
        this.#longPauses.reset();
        if (this.#isRefused) logger.info('service-center: it takes heartbeats by websocket now');
        this.#isRefused = false;
      },
      closed: (end) => {
        if (turn === this.#turn) this.#closed(end);
      },
    });
    if (turn === this.#turn) this.#socket = socket;
  }

  #closed({ code, status }: SocketEnd): void {
    this.#turn += 1;
    this.#socket = undefined;
    this.#pingedAtMs = -Infinity;
    const pauses = status === undefined ? this.#pauses : this.#longPauses;
    this.#stopTimer = this.options.clock.after(pauses.next(), () => this.#open());
    if (status !== undefined && !this.#isRefused) {
      this.#isRefused = true;
      this.options.logger.info('service-center: it takes no heartbeats by websocket; they are sent as requests', {
        status,
      });
    }
    if (code === SOCKET_INSTANCE_MISSING) this.options.onLost();
  }
}
