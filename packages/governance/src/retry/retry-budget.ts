/** How many services' budgets are remembered. */
const MOST = 1000;

/**
 * How many further tries a service may cause: each call puts in a share of a try, each further try takes one out, and what is put in is kept up to
 * the burst. So there are never more further tries than the burst and the share of all calls, however many of them fail.
 */
export class RetryBudget {
  #tokens: number | undefined;

  /** A call was made. */
  deposit(ratio: number, burst: number): void {
    this.#tokens = Math.min((this.#tokens ?? burst) + ratio, Math.max(burst, 1));
  }

  /** Asks for a further try; what is allowed is taken out. */
  withdraw(): boolean {
    if (this.#tokens === undefined || this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** The budgets of one application by called service, which retries and hedges share. */
export class RetryBudgets {
  readonly #budgets = new Map<string, RetryBudget>();

  of(name: string): RetryBudget {
    const present = this.#budgets.get(name);
    const budget = present ?? new RetryBudget();
    if (present) this.#budgets.delete(name);
    else if (this.#budgets.size >= MOST) this.#budgets.delete(this.#budgets.keys().next().value!);
    this.#budgets.set(name, budget);
    return budget;
  }
}
