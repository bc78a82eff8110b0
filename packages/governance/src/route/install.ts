import { RegistrySection, type Disposer, type PluginHost, type Services } from '@ts-chassis/core';
import { GovernanceEvents } from '../events/governance-events.js';
import { MatchCompiler } from '../match/match-rules.js';
import { PushedRules, sourceOf } from './pushed-rules.js';
import { RouteSourcePort } from './route-source.js';
import { DarkLaunchSection, RouteRuleSection, RouterSection } from './route-sections.js';
import { RouteTables } from './route-table.js';
import { Router, wantsLatest } from './router.js';

/** Rules for all services, by configuration. */
const CONFIGURED = [RouteRuleSection, DarkLaunchSection];

/** Where one application keeps what routing needs. */
export class Routes {
  readonly tables: RouteTables;
  readonly pushed: PushedRules | undefined;
  #stop: Disposer | undefined;

  constructor(private readonly services: Services) {
    const { config, logger } = services;
    this.tables = new RouteTables(services.get(MatchCompiler));
    for (const section of CONFIGURED) {
      config.prepare(section, (rules) => this.tables.preparing(rules, this.#latest()));
    }
    if (this.#source()) this.pushed = new PushedRules({ tables: this.tables, logger, latest: () => this.#latest() });
  }

  /**
   * Looks at all configured rules, also those for services that nobody calls yet, and waits for the first ones of a source that a plug-in brings.
   *
   * @throws ChassisError `MATCH_INVALID`
   */
  async start(): Promise<void> {
    for (const section of CONFIGURED) {
      const steps = this.tables.preparing(this.services.config.section(section), this.#latest());
      while (!steps.next().done);
    }
    const source = this.#source();
    if (!source) return;
    this.#stop = await this.pushed?.start(source, this.services.config.section(RouterSection).address);
  }

  stop(): void {
    this.#stop?.();
  }

  #latest(): boolean {
    return wantsLatest(this.services.config.section(RouterSection).latest, isServiceCenter(this.services));
  }

  #source(): ReturnType<typeof sourceOf> {
    const { config } = this.services;
    return sourceOf(config.section(RouterSection).infra, this.services.extensions(RouteSourcePort));
  }
}

/** Brings routing. */
export function installRoute(host: PluginHost): void {
  for (const section of [RouteRuleSection, DarkLaunchSection, RouterSection]) host.section(section);
  host.provideFrom(Routes, (services) => new Routes(services));
  host.handler({
    name: 'router',
    side: 'consumer',
    make: (services) => {
      const { tables, pushed } = services.get(Routes);
      return new Router({
        ...{ tables, pushed, compiler: services.get(MatchCompiler), events: services.get(GovernanceEvents) },
        isServiceCenter: isServiceCenter(services),
      });
    },
  });
  host.onStart('route rules', (services) => services.get(Routes).start());
  host.onStop('route rules', (services) => services.get(Routes).stop());
}

/** As the registry is chosen: by its type, else by the scheme of its address. */
export function isServiceCenter({ config }: Services): boolean {
  const { disabled, discovery, type, address } = config.section(RegistrySection);
  if (disabled || discovery.disabled) return false;
  const name = discovery.type || type;
  const [first = ''] = discovery.address.length > 0 ? discovery.address : address;
  return name === '' ? /^https?:/.test(first) : name.toLowerCase() === 'servicecenter';
}
