import type { Event } from './event-queue.js';
import type { Outcome, Server, Work } from './server.js';
import type { Simulation } from './simulation.js';

/** One-way time between two zones, in milliseconds. */
export type Network = (from: number, to: number) => number;

/** The same short way for all. */
export const flatNetwork: Network = () => 0.25;

export interface AttemptOptions {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly fromZone: number;
  /** After which the caller gives up; the server does not hear of it. Default: never. */
  readonly timeoutMs?: number;
  readonly priority?: number;
}

/** One attempt of a call: there, the work, and back. */
export class Attempt implements Work {
  readonly priority: number;
  readonly #beganMs: number;
  #timeout: Event | undefined;
  #ended = false;

  private constructor(
    private readonly server: Server,
    private readonly options: AttemptOptions,
    private readonly done: (outcome: Outcome, tookMs: number) => void,
  ) {
    this.priority = options.priority ?? 0;
    this.#beganMs = options.simulation.elapsed();
  }

  /** @param done - told once how it ended and how long it took */
  static send(server: Server, options: AttemptOptions, done: (outcome: Outcome, tookMs: number) => void): void {
    const attempt = new Attempt(server, options, done);
    const { events } = options.simulation;
    if (options.timeoutMs !== undefined) {
      attempt.#timeout = events.after(options.timeoutMs, () => attempt.#end('timeout'));
    }
    events.after(options.network(options.fromZone, server.zone), () => server.arrive(attempt));
  }

  answered(outcome: Outcome): void {
    const { simulation, network, fromZone } = this.options;
    simulation.events.after(network(this.server.zone, fromZone), () => this.#end(outcome));
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#timeout !== undefined) this.#timeout.run = undefined;
    this.done(outcome, this.options.simulation.elapsed() - this.#beganMs);
  }
}
