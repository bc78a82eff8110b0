import { coreError, type Services } from '@ts-chassis/core';
import type { LoadBalanceFields } from '../policy/load-balance.js';
import { byMetadata } from './filters/by-metadata.js';
import { zoneAware } from './filters/zone-aware.js';
import { InstanceFilterPort, type InstanceFilter } from './instance-filter.js';
import { Spellings } from './spellings.js';
import { ConsistentHashStrategy } from './strategies/consistent-hash.js';
import { LeastActiveStrategy } from './strategies/least-active.js';
import { PowerOfTwoStrategy } from './strategies/power-of-two.js';
import { RandomStrategy } from './strategies/random.js';
import { RoundRobinStrategy } from './strategies/round-robin.js';
import { SessionStickinessStrategy } from './strategies/session-stickiness.js';
import { SmoothWeightedStrategy } from './strategies/smooth-weighted.js';
import { WeightedResponseStrategy } from './strategies/weighted-response.js';
import { StrategyPort, type StrategyFactory } from './strategy.js';

/** A strategy, and the one name under which its state is kept however it is spelled. */
export interface KnownStrategy {
  readonly name: string;
  readonly make: StrategyFactory;
}

/** A filter under its one name; `none` is no filter. */
export interface KnownFilter {
  readonly name: string;
  readonly filter: InstanceFilter | undefined;
}

/** Names of go-chassis, of java-chassis's rules, and usual ones; case, hyphens and packages do not matter. */
const STRATEGIES: readonly (readonly [names: readonly string[], make: StrategyFactory])[] = [
  [['RoundRobin'], ({ random }) => new RoundRobinStrategy(random)],
  [['Random'], ({ random }) => new RandomStrategy(random)],
  [['SessionStickiness'], ({ random }) => new SessionStickinessStrategy(random)],
  [['WeightedResponse', 'WeightedResponseTime'], ({ random }) => new WeightedResponseStrategy(random)],
  [['PowerOfTwoChoices', 'P2C', 'PeakEwma'], ({ random }) => new PowerOfTwoStrategy(random)],
  [
    ['LeastActive', 'BestAvailable', 'LeastRequest', 'LeastConnections'],
    ({ random }) => new LeastActiveStrategy(random),
  ],
  [['ConsistentHash', 'RingHash'], ({ random }) => new ConsistentHashStrategy(random)],
  [['SmoothWeighted', 'WeightedRoundRobin'], ({ random }) => new SmoothWeightedStrategy(random)],
];
const FILTERS: readonly (readonly [names: readonly string[], filter: InstanceFilter | undefined])[] = [
  [['zoneaware', 'ZoneAwareFilter'], zoneAware],
  [['metadata', 'FilterByMetadata'], byMetadata],
  [['none'], undefined],
];

/** The strategies and filters of an application: the built-in ones and those that its plug-ins brought, which win. */
export class KnownNames {
  readonly #strategies = new Spellings<KnownStrategy>();
  readonly #filters = new Spellings<KnownFilter>();
  readonly #checked = new WeakSet<object>();

  constructor(services: Pick<Services, 'extensions'>) {
    for (const [name, make] of services.extensions(StrategyPort)) this.#strategies.add([name], { name, make });
    for (const [names, make] of STRATEGIES) this.#strategies.add(names, { name: names[0]!, make });
    for (const [name, filter] of services.extensions(InstanceFilterPort)) this.#filters.add([name], { name, filter });
    for (const [names, filter] of FILTERS) this.#filters.add(names, { name: names[0]!, filter });
  }

  /**
   * @param key - where it is configured, for the message
   * @throws ChassisError `CONFIG_INVALID` for an unknown name
   */
  strategy(name: string, key: string): KnownStrategy {
    const known = this.#strategies.find(name);
    if (known) return known;
    throw coreError('CONFIG_INVALID', `${key}: expected ${this.#strategies.expectedFor(name)}, got "${name}"`);
  }

  /** As {@link strategy}. */
  filter(name: string, key: string): KnownFilter {
    const known = this.#filters.find(name);
    if (known) return known;
    throw coreError('CONFIG_INVALID', `${key}: expected ${this.#filters.expectedFor(name)}, got "${name}"`);
  }

  /** Refuses unknown names wherever they stand in a tree, also below services that nobody calls yet. A tree is looked at once. */
  checkTree(tree: unknown, key: string): void {
    if (typeof tree !== 'object' || tree === null || this.#checked.has(tree)) return;
    this.checkFields(tree as Partial<LoadBalanceFields>, key);
    for (const [name, inner] of Object.entries(tree)) {
      if (name !== 'metadata' && !Array.isArray(inner)) this.checkTree(inner, `${key}.${name}`);
    }
    this.#checked.add(tree);
  }

  checkFields({ strategy, filters }: Partial<LoadBalanceFields>, key: string): void {
    if (typeof strategy === 'string') this.strategy(strategy, `${key}.strategy`);
    if (Array.isArray(filters)) for (const name of filters) this.filter(String(name), `${key}.filters`);
  }
}
