import { RegionSection, ServiceSection, type ConfigView, type ServiceIdentity } from '@ts-chassis/core';
import { compileCase, type CompiledCase, type CompileOptions, type OwnTags } from './compile-case.js';
import type { MarkPolicy, MatchCase, MatchPolicy } from './match-case.js';
import type { MatchOperator } from './match-operator.js';
import type { MatchPolicies } from './match-section.js';
import type { MatchSubject } from './match-subject.js';
import { RuleIndex } from './rule-index.js';

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

  /** Makes ready, rule by rule, what `rules` will then find made. */
  *preparing(model: MatchPolicies): Generator<void, void, void> {
    if (!this.#rules.has(model)) this.#rules.set(model, yield* this.#making(model.policies));
  }

  /** @throws ChassisError `MATCH_INVALID` */
  compile(written: MatchCase): CompiledCase | undefined {
    let compiled = this.#cases.get(written);
    if (compiled === undefined) this.#cases.set(written, (compiled = compileCase(written, this.#options) ?? null));
    return compiled ?? undefined;
  }

  *#making(policies: readonly MatchPolicy[]): Generator<void, MatchRules, void> {
    const all = new RuleIndex<Marking>();
    const own = new RuleIndex<Marking>();
    for (const { name, services, cases } of policies) {
      if (services.length > 0 && !services.some((service) => isFor(service, this.identity))) continue;
      const marking = {
        once: { name, policy: 'once' } as const,
        perService: { name, policy: 'perService' } as const,
      };
      for (const written of cases) {
        const match = this.compile(written);
        if (!match) continue;
        const rule = { match, found: marking[written.policy] };
        all.add(rule);
        if (written.policy === 'perService') own.add(rule);
      }
      yield;
    }
    return {
      isEmpty: all.isEmpty,
      find: (subject) => all.find(subject),
      findOwn: (subject) => own.find(subject),
    };
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
