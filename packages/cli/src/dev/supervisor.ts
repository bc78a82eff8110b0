import type { Timers } from '../time/timers.js';
import type { Ended, Program } from './program.js';

/** What a supervisor works with. */
export interface SupervisorOptions {
  /** Loads the program anew. */
  load(): Program;
  /** How long the program has to end in order, in milliseconds. */
  readonly graceMs: number;
  readonly timers: Timers;
  /** Told of what happens. */
  say(line: string): void;
}

/**
 * Runs one program at a time: the next one begins when the last one is gone, with its ports. A program that ends by itself is not started
 * again before something changes.
 */
export class Supervisor {
  #running: Program | undefined;
  /** Loaded ahead; begins when the running one is gone. */
  #next: Program | undefined;
  readonly #live = new Set<Program>();
  #turn: Promise<void> | undefined;
  #closing = false;

  constructor(private readonly options: SupervisorOptions) {}

  /** Loads the next program ahead, at the first sign that one will be wanted. */
  expect(): void {
    if (!this.#closing) this.#next ??= this.#load();
  }

  /** Throws away what was loaded ahead: it was loaded with what is out of date. */
  forget(): void {
    this.#next?.kill();
    this.#next = undefined;
  }

  /** Starts the program, after ending the one that runs. A call while that one ends asks for the same start. */
  restart(): Promise<void> {
    return (this.#turn ??= this.#restart().finally(() => (this.#turn = undefined)));
  }

  /** Ends everything; nothing is started afterwards. A second call ends the program at once. */
  async close(): Promise<void> {
    if (this.#closing) this.kill();
    this.#closing = true;
    this.forget();
    await this.#turn;
    await this.#end();
  }

  /** Ends everything at once, without waiting: for when this process is about to be gone. */
  kill(): void {
    for (const program of this.#live) program.kill();
  }

  async #restart(): Promise<void> {
    await this.#end();
    if (!this.#closing) this.#start();
  }

  #load(): Program {
    const program = this.options.load();
    this.#live.add(program);
    void program.ended.then((ended) => this.#ended(program, ended));
    return program;
  }

  #start(): void {
    const program = this.#next ?? this.#load();
    this.#next = undefined;
    this.#running = program;
    program.go();
  }

  #ended(program: Program, ended: Ended): void {
    // What the program started and left behind would keep its ports.
    program.kill();
    this.#live.delete(program);
    if (this.#next === program) this.#next = undefined;
    if (this.#running !== program) return;
    this.#running = undefined;
    if (!this.#closing) this.options.say(`${said(ended)}; waiting for a change`);
  }

  async #end(): Promise<void> {
    const program = this.#running;
    if (!program) return;
    this.#running = undefined;
    const { graceMs, timers, say } = this.options;
    program.end();
    const stop = timers.after(graceMs, () => {
      say(`the program did not end within ${graceMs} ms; it is killed`);
      program.kill();
    });
    await program.ended;
    stop();
  }
}

function said({ code, signal }: Ended): string {
  if (signal !== null) return `the program was ended by ${signal}`;
  return code === 0 ? 'the program ended' : `the program failed with exit code ${code ?? 1}`;
}
