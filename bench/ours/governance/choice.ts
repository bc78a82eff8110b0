/** Prints, as JSON, the nanoseconds that choosing costs: an instance among few and many, a route and a mark among few and many rules. */
import { measured, type Subject } from './nanoseconds.js';
import { probe, type Probed, type Scenario } from './probed-link.js';

const balancing = (strategy: string, instances: number): Scenario => ({
  link: 'loadbalance',
  instances,
  values: { 'servicecomb.governance.loadBalance.strategy': strategy },
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** As many rules as said; the call meets the last one. */
function routing(count: number): Scenario {
  const rules = numbered(count).map((number) => ({
    precedence: count - number,
    match: { headers: { 'x-user': { exact: `user-${number}` } } },
    route: [
      { weight: 10, tags: { version: '1.1.0' } },
      { weight: 90, tags: { version: '1.0.0' } },
    ],
  }));
  return {
    link: 'router',
    headers: { 'x-user': `user-${count}` },
    values: { 'servicecomb.routeRule.users': JSON.stringify(rules) },
  };
}

/** As {@link routing}; `kind` says whether values are compared as a whole, or only how they begin, which no index helps with. */
function marking(count: number, kind: 'exact' | 'prefix'): Scenario {
  const values = numbered(count).map((number) => {
    const matches = [{ headers: { 'x-user': { [kind]: `user-${number}-` } }, method: ['GET'] }];
    return [`servicecomb.match.rule-${number}`, { order: count - number, matches }] as const;
  });
  return {
    link: 'traffic-marker',
    headers: { 'x-user': kind === 'exact' ? `user-${count}-` : `user-${count}-and-more` },
    values: Object.fromEntries(values),
  };
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'round robin over 10': balancing('RoundRobin', 10),
  'P2C over 10': balancing('PowerOfTwoChoices', 10),
  'P2C over 10,000': balancing('PowerOfTwoChoices', 10_000),
  'router with 1 rule': routing(1),
  'router with 100 rules': routing(100),
  'marker with 1 rule': marking(1, 'exact'),
  'marker with 100 rules': marking(100, 'exact'),
  'marker with 100 rules by prefix': marking(100, 'prefix'),
};

/** Nothing is measured that did not do its work. */
function check(name: string, { link }: Scenario, { invocation }: Probed): void {
  const { endpoint, tags, mark } = invocation;
  const done = { loadbalance: endpoint, router: tags, 'traffic-marker': mark }[link];
  if (done === undefined) throw new Error(`${name}: the call was left as it was`);
}

async function main(): Promise<void> {
  const none = await probe({ link: 'router' });
  const subjects: Subject[] = [];
  for (const [name, scenario] of Object.entries(scenarios)) {
    const probed = await probe(scenario);
    check(name, scenario, probed);
    subjects.push({ name, invocation: probed.invocation, call: probed.next });
  }
  console.log(JSON.stringify(await measured({ name: 'none', ...none, call: none.next }, subjects)));
  process.exit(0);
}

void main();
