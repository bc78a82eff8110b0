import type { KnownStrategy } from './known-names.js';
import type { BalancingStrategy, StrategyOptions } from './strategy.js';

/** The strategies of one service, shared by its operations and kept when plans change. As many as there are names at most. */
export class StrategyStore {
  readonly #made = new Map<string, BalancingStrategy>();

  constructor(private readonly options: StrategyOptions) {}

  of({ name, make }: KnownStrategy): BalancingStrategy {
    let strategy = this.#made.get(name);
    if (!strategy) this.#made.set(name, (strategy = make(this.options)));
    return strategy;
  }
}
