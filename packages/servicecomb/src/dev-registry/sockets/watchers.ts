import { WebSocket } from 'ws';
import type { WatchEvent } from '../../wire/records.js';
import { isAccessible, type InstanceEntry, type ServiceEntry } from '../state/entries.js';

/** Events that wait for one watcher. */
const MOST_EVENTS = 5000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Who is told of changes: the sockets of each consumer. */
export class Watchers {
  readonly #byConsumer = new Map<string, Set<Watcher>>();

  add(consumer: ServiceEntry, socket: WebSocket): void {
    const key = keyOf(consumer);
    const watchers = this.#byConsumer.get(key) ?? new Set();
    const watcher = new Watcher(socket);
    this.#byConsumer.set(key, watchers.add(watcher));
    socket.on('close', () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#byConsumer.get(key) === watchers) this.#byConsumer.delete(key);
    });
  }

  /** Tells of an instance everybody who looked for its service and may see it. */
  tell(action: WatchEvent['action'], { service, text }: InstanceEntry): void {
    let event: string | undefined;
    for (const consumer of service.group.consumers) {
      const watchers = this.#byConsumer.get(keyOf(consumer));
      if (!watchers || !isAccessible(consumer, service)) continue;
      event ??= `{"action":"${action}","key":${JSON.stringify(service.key)},"instance":${text}}`;
      for (const watcher of watchers) watcher.tell(event);
    }
  }
}

class Watcher {
  #waiting = 0;

  constructor(private readonly socket: WebSocket) {}

  /** A watcher that does not keep up is cut off: it comes again, and looks for everything anew. */
  tell(event: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.#waiting >= MOST_EVENTS || this.socket.bufferedAmount > MOST_BYTES) return this.socket.terminate();
    this.#waiting += 1;
    this.socket.send(event, () => (this.#waiting -= 1));
  }
}

function keyOf(consumer: ServiceEntry): string {
  return `${consumer.tenant}/${consumer.id}`;
}
