import type { PluginHost, Services } from '@ts-chassis/core';
import { MatchCompiler } from './match-rules.js';
import { MATCH_OPERATORS, MatchOperatorPort } from './match-operator.js';
import { MatchSection } from './match-section.js';
import { ConsumerTrafficMarker, ProviderTrafficMarker } from './traffic-marker.js';

/** Brings traffic marking; its compiler is injectable for whoever has rules of the same form. */
export function installMatch(host: PluginHost): void {
  host.section(MatchSection);
  host.provideFrom(MatchCompiler, makeCompiler);
  host.handler({
    name: 'traffic-marker',
    side: 'provider',
    make: (services) => new ProviderTrafficMarker(services.get(MatchCompiler)),
  });
  host.handler({
    name: 'traffic-marker',
    side: 'consumer',
    make: (services) => new ConsumerTrafficMarker(services.get(MatchCompiler)),
  });
  // also where nothing is served and nobody calls yet, what no rule can compare with refuses the start
  host.onStart('traffic marking', (services) => {
    services.get(MatchCompiler).rules(services.config.section(MatchSection));
  });
}

function makeCompiler(services: Services): MatchCompiler {
  const operators = new Map([...MATCH_OPERATORS, ...services.extensions(MatchOperatorPort)]);
  const compiler = new MatchCompiler(operators, services.identity, services.config);
  services.config.prepare(MatchSection, (model) => compiler.preparing(model));
  return compiler;
}
