import { BackOff, type Clock, type Disposer, type Logger, type Random } from '@ts-chassis/core';
import type { Socket, SocketEnd } from '../connection/connection.js';
import { printable } from '../connection/printable.js';
import { Troubles } from '../connection/troubles.js';
import type { Session } from '../service-center/session.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** A socket that held so long was a good one: the next pause is a first one. */
const STEADY_MS = 10_000;
/** The registry pings every 30 seconds; one that fell silent for so long is gone, whatever the connection says. */
const SILENT_MS = 100_000;
const TROUBLE = 'watch';

/** What a {@link Watcher} works with. */
export interface WatcherOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly session: Session;
  /** Each message of the registry. */
  message(text: string): void;
  /** Changes may have been missed until now. */
  opened(): void;
}

/** Listens to what the registry tells of the services that we depend on, and connects again, for ever, when it cannot. */
export class Watcher {
  readonly #pauses: BackOff;
  readonly #troubles: Troubles;
  #state: 'idle' | 'watching' | 'closed' = 'idle';
  #present: Watch | undefined;
  #stopWaiting: Disposer | undefined;

  constructor(private readonly options: WatcherOptions) {
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random: options.random });
    this.#troubles = new Troubles(options.logger, options.clock);
  }

  /** Begins; once is enough. */
  start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'watching';
    void this.#connect();
  }

  /** Our service has this id now: a watch of another one is none. */
  follow(serviceId: string): void {
    if (this.#present && this.#present.serviceId !== serviceId) this.#present.end('the service was made anew');
  }

  close(): void {
    this.#state = 'closed';
    this.#stopWaiting?.();
    this.#present?.close();
  }

  async #connect(): Promise<void> {
    const { session, clock } = this.options;
    try {
      const serviceId = await session.serviceId();
      if (this.#state === 'closed') return;
      this.#present = new Watch(serviceId, clock, {
        opened: () => this.#opened(),
        message: (text) => this.#message(serviceId, text),
        ended: (why, heldMs) => this.#ended(why, heldMs),
      });
      this.#present.open(session);
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error), 0);
    }
  }

  #opened(): void {
    this.#troubles.end(TROUBLE, 'registry: changes are watched again');
    this.options.opened();
  }

  #message(serviceId: string, text: string): void {
    if (!/^\s*\{/.test(text) && /does not exist/i.test(text)) {
      this.options.session.forget(serviceId);
      this.#present?.end(text);
      return;
    }
    this.options.message(text);
  }

  #ended(why: string, heldMs: number): void {
    this.#present = undefined;
    if (this.#state === 'closed') return;
    this.#troubles.begin(TROUBLE, `registry: changes cannot be watched, lists are polled: ${printable(why)}`);
    if (heldMs >= STEADY_MS) this.#pauses.reset();
    this.#stopWaiting = this.options.clock.after(this.#pauses.next(), () => void this.#connect());
  }
}

interface WatchListener {
  opened(): void;
  message(text: string): void;
  /** Once, and nothing after it. */
  ended(why: string, heldMs: number): void;
}

/** One socket. */
class Watch {
  #socket: Socket | undefined;
  #isOver = false;
  #openedAtMs: number | undefined;
  #heardAtMs: number | undefined;
  #stopListening: Disposer | undefined;

  constructor(
    readonly serviceId: string,
    private readonly clock: Clock,
    private readonly listener: WatchListener,
  ) {}

  open(session: Session): void {
    this.#socket = session.center.watch(this.serviceId, {
      opened: () => this.#unlessOver(() => this.#opened()),
      message: (text) => this.#unlessOver(() => this.listener.message(text)),
      ping: () => this.#unlessOver(() => this.#pinged()),
      closed: (end) => this.end(reasonOf(end)),
    });
    // it may have ended before we had it
    if (this.#isOver) this.#socket.close();
  }

  end(why: string): void {
    if (this.#isOver) return;
    const heldMs = this.#openedAtMs === undefined ? 0 : this.clock.elapsed() - this.#openedAtMs;
    this.close();
    this.listener.ended(why, heldMs);
  }

  close(): void {
    this.#isOver = true;
    this.#stopListening?.();
    this.#socket?.close();
  }

  #unlessOver(run: () => void): void {
    if (!this.#isOver) run();
  }

  #opened(): void {
    this.#openedAtMs = this.clock.elapsed();
    this.listener.opened();
  }

  #pinged(): void {
    this.#heardAtMs = this.clock.elapsed();
    // one that never pings is believed
    this.#stopListening ??= this.clock.after(SILENT_MS, () => this.#listen());
  }

  #listen(): void {
    const silentMs = this.clock.elapsed() - this.#heardAtMs!;
    if (silentMs >= SILENT_MS) this.end('nothing was heard for long');
    else this.#stopListening = this.clock.after(SILENT_MS - silentMs, () => this.#listen());
  }
}

function reasonOf({ code, reason, status, error }: SocketEnd): string {
  const said = reason || error?.message || 'the connection ended';
  return status === undefined ? `${said} (${code})` : `${said} (HTTP ${status})`;
}
