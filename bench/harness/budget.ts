/** Slots that the machine disturbed are measured again, as long as the budget of repeats lasts. */
import { loadProcessor, readProcessorTimes, serverProcessor, stealBetween } from './machine.js';

export interface Watched {
  /** Share of time that the host took from the server's and from the load generator's processor. */
  readonly steal: readonly [number, number];
  readonly seconds: number;
}

const tolerableSteal = 0.15;

export class RepeatBudget {
  private spent = 0;

  constructor(
    private readonly limitSeconds: number,
    private readonly repeatsPerSlot = 2,
  ) {}

  /** Runs a slot, again when it was disturbed, and gives back its last outcome, which may be disturbed still. */
  async run<T>(
    slot: () => Promise<T>,
    isClean: (outcome: T & Watched) => boolean,
  ): Promise<T & Watched & { clean: boolean }> {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await watch(slot);
      const clean = Math.max(...outcome.steal) <= tolerableSteal && isClean(outcome);
      const mayRepeat = attempt < this.repeatsPerSlot && this.spent + outcome.seconds <= this.limitSeconds;
      if (clean || !mayRepeat) return { ...outcome, clean };
      this.spent += outcome.seconds;
    }
  }
}

async function watch<T>(slot: () => Promise<T>): Promise<T & Watched> {
  const before = readProcessorTimes();
  const begun = performance.now();
  const outcome = await slot();
  const seconds = (performance.now() - begun) / 1000;
  const steal = stealBetween(before, readProcessorTimes());
  return { ...outcome, steal: [steal[serverProcessor] ?? 0, steal[loadProcessor] ?? 0], seconds };
}
