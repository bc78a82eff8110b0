import { RegionSection, ServiceSection, type ConfigView, type ServiceIdentity } from '@ts-chassis/core';
import { compileCase, type CompiledCase, type CompileOptions, type OwnTags } from './compile-case.js';
import type { MarkPolicy, MatchCase, MatchPolicy } from './match-case.js';
import type { MatchOperator } from './match-operator.js';
import type { MatchPolicies } from './match-section.js';
import type { MatchSubject } from './match-subject.js';
import { RuleIndex, type IndexedRule } from './rule-index.js';

/** The mark that a call gets. */
export interface Marking {
  readonly name: string;
  readonly policy: MarkPolicy;
}

/** The rules in force, made ready. */
export interface MatchRules {
  readonly isEmpty: boolean;
  /** All of them. */
  find(subject: MatchSubject): Marking | undefined;
  /** Those that do not heed what others marked. */
  findOwn(subject: MatchSubject): Marking | undefined;
}

/** Makes rules ready for an application: with its operators, for its own instance. Cases that did not change are not made again. */
export class MatchCompiler {
  readonly #options: CompileOptions;
  readonly #cases = new WeakMap<MatchCase, CompiledCase | null>();
  readonly #rules = new WeakMap<MatchPolicies, MatchRules>();

  constructor(
    operators: ReadonlyMap<string, MatchOperator>,
    private readonly identity: ServiceIdentity,
    config: ConfigView,
  ) {
    this.#options = { operators, own: ownTags(identity, config) };
  }

  /** @throws ChassisError `MATCH_INVALID` */
  rules(model: MatchPolicies): MatchRules {
    const steps = this.preparing(model);
    while (!steps.next().done);
    return this.#rules.get(model)!;
  }

  /**
   * Makes ready, rule by rule, what `rules` will then find made.
   *
   * @throws ChassisError `MATCH_INVALID`
   */
  *preparing(model: MatchPolicies): Generator<void, void, void> {
    if (this.#rules.has(model)) return;
    const rules: IndexedRule<Marking>[] = [];
    for (const policy of model.policies) {
      this.#compileInto(rules, policy);
      yield;
    }
    const own = rules.filter(({ found }) => found.policy === 'perService');
    const all = yield* RuleIndex.making(rules);
    const ofOwn = own.length === rules.length ? all : yield* RuleIndex.making(own);
    this.#rules.set(model, new IndexedRules(all, ofOwn));
  }

  /** @throws ChassisError `MATCH_INVALID` */
  compile(written: MatchCase): CompiledCase | undefined {
    let compiled = this.#cases.get(written);
    if (compiled === undefined) this.#cases.set(written, (compiled = compileCase(written, this.#options) ?? null));
    return compiled ?? undefined;
  }

  #compileInto(rules: IndexedRule<Marking>[], { name, services, cases }: MatchPolicy): void {
    if (services.length > 0 && !services.some((service) => isFor(service, this.identity))) return;
    const marking = {
      once: { name, policy: 'once' } as const,
      perService: { name, policy: 'perService' } as const,
    };
    for (const written of cases) {
      const match = this.compile(written);
      if (match) rules.push({ match, found: marking[written.policy] });
    }
  }
}

class IndexedRules implements MatchRules {
  readonly isEmpty: boolean;

  constructor(
    private readonly all: RuleIndex<Marking>,
    private readonly own: RuleIndex<Marking>,
  ) {
    this.isEmpty = all.isEmpty;
  }

  find(subject: MatchSubject): Marking | undefined {
    return this.all.find(subject);
  }

  findOwn(subject: MatchSubject): Marking | undefined {
    return this.own.find(subject);
  }
}

/** `catalog`, or `catalog:1.0.0` for one version. */
function isFor(service: string, identity: ServiceIdentity): boolean {
  return service === identity.service || service === `${identity.service}:${identity.version}`;
}

function ownTags({ service, version, app, environment }: ServiceIdentity, config: ConfigView): OwnTags {
  const { name, availableZone } = config.section(RegionSection);
  return {
    region: name,
    availableZone,
    ...config.section(ServiceSection).instanceProperties,
    service,
    version,
    app,
    environment,
  };
}
