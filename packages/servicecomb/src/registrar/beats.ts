import { BackOff, type Clock, type Disposer, type Random } from '@ts-chassis/core';

/** What {@link Beats} are made of. */
export interface BeatsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** From one beat to the next. */
  readonly intervalMs: number;
  /** Rejects when the registry could not be told. */
  readonly beat: () => Promise<void>;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/** Runs something at an interval, never twice at a time, and at growing pauses while it fails. */
export class Beats {
  readonly #pauses: BackOff;
  #stopTimer: Disposer = () => {};
  #isRunning = false;
  #isOn = false;

  constructor(private readonly options: BeatsOptions) {
    const { random } = options;
    this.#pauses = new BackOff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS, random });
  }

  /** The first beat comes after one interval. */
  start(): void {
    this.#isOn = true;
    this.#plan(this.options.intervalMs);
  }

  stop(): void {
    this.#isOn = false;
    this.#stopTimer();
  }

  /** Beats at once, unless it does already. */
  now(): void {
    if (this.#isOn && !this.#isRunning) this.#run();
  }

  #plan(delayMs: number): void {
    if (!this.#isOn) return;
    this.#stopTimer();
    this.#stopTimer = this.options.clock.after(delayMs, () => this.#run());
  }

  #run(): void {
    this.#isRunning = true;
    this.#stopTimer();
    this.options
      .beat()
      .then(
        () => {
          this.#pauses.reset();
          return this.options.intervalMs;
        },
        () => this.#pauses.next(),
      )
      .then((delayMs) => {
        this.#isRunning = false;
        this.#plan(delayMs);
      });
  }
}
