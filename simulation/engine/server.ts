import type { Random } from '@ts-chassis/core';
import type { Sampler } from './sampler.js';
import type { Simulation } from './simulation.js';

/** How an attempt ended: as seen by the caller. */
export type Outcome = 'ok' | 'error' | 'refused' | 'shed' | 'full' | 'timeout';

/** What a server is asked to do. */
export interface Work {
  /** Said when the server has an answer; never said by one that hangs. */
  answered(outcome: Outcome): void;
  /** For gates that look at whom or what they let in. */
  readonly priority?: number;
}

/** Decides whether work comes in at all; an adapter of the shedding algorithms. */
export interface Gate {
  admit(work: Work, server: Server): boolean;
  ended(work: Work, tookMs: number, outcome: Outcome): void;
}

export interface ServerOptions {
  readonly zone?: number;
  /** How much it works on at once; default 1. */
  readonly concurrency?: number;
  /** How much may wait; what comes on top is turned away with `full`. Default: no bound. */
  readonly queue?: number;
  /** Time for one piece of work. */
  readonly service: Sampler;
  readonly gate?: Gate;
  /** A fresh process is slower at first: this many times at its birth, falling evenly to 1 over `coldMs`. */
  readonly coldFactor?: number;
  readonly coldMs?: number;
}

/** `failing` answers at once with an error, `hanging` never answers, `down` refuses the connection. */
export type Condition = 'healthy' | 'failing' | 'hanging' | 'down';

/** A server with a number of workers and a queue. */
export class Server {
  readonly zone: number;
  condition: Condition = 'healthy';
  /** How many times longer everything takes. */
  slowdown = 1;
  /** The share of healthy work that ends with an error all the same. */
  errorRate = 0;
  /** All that arrived. */
  arrived = 0;
  readonly #waiting: Ticket[] = [];
  #head = 0;
  #busy = 0;
  readonly #bornMs: number;
  readonly #concurrency: number;
  readonly #queue: number;
  readonly #random: Random;

  constructor(
    readonly id: number,
    private readonly simulation: Simulation,
    private readonly options: ServerOptions,
  ) {
    this.zone = options.zone ?? 0;
    this.#concurrency = options.concurrency ?? 1;
    this.#queue = options.queue ?? Infinity;
    this.#bornMs = simulation.elapsed();
    this.#random = simulation.random(`server ${id}`);
  }

  /** What is worked on and what waits. */
  get load(): number {
    return this.#busy + this.#waiting.length - this.#head;
  }

  arrive(work: Work): void {
    this.arrived += 1;
    if (this.condition === 'down') return work.answered('refused');
    if (this.condition === 'failing') return void this.simulation.events.after(1, () => work.answered('error'));
    if (this.condition === 'hanging') return;
    const { gate } = this.options;
    if (gate !== undefined && !gate.admit(work, this)) return work.answered('shed');
    const ticket = { work, atMs: this.simulation.elapsed() };
    if (this.#busy < this.#concurrency) this.#begin(ticket);
    else if (this.load - this.#busy < this.#queue) this.#waiting.push(ticket);
    else this.#end(ticket, 'full');
  }

  /** Ends the process: connections refused from now on, what was being done is lost. */
  kill(): void {
    this.condition = 'down';
    const lost = this.#waiting.splice(this.#head);
    for (const ticket of lost) this.#end(ticket, 'refused');
  }

  #begin(ticket: Ticket): void {
    this.#busy += 1;
    const outcome = this.errorRate > 0 && this.#random.next() < this.errorRate ? 'error' : 'ok';
    const ms = this.options.service(this.#random) * this.slowdown * this.#cold();
    this.simulation.events.after(ms, () => {
      this.#busy -= 1;
      // one that was killed meanwhile resets the connection
      this.#end(ticket, this.condition === 'down' ? 'refused' : outcome);
      this.#next();
    });
  }

  #end(ticket: Ticket, outcome: Outcome): void {
    this.options.gate?.ended(ticket.work, this.simulation.elapsed() - ticket.atMs, outcome);
    ticket.work.answered(outcome);
  }

  #next(): void {
    const ticket = this.#waiting[this.#head];
    if (ticket === undefined) return;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#begin(ticket);
  }

  #cold(): number {
    const { coldFactor = 1, coldMs = 0 } = this.options;
    const age = this.simulation.elapsed() - this.#bornMs;
    return age >= coldMs ? 1 : coldFactor - ((coldFactor - 1) * age) / coldMs;
  }
}

interface Ticket {
  readonly work: Work;
  readonly atMs: number;
}
