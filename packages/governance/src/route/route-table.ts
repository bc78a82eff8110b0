import type { CompiledCase } from '../match/compile-case.js';
import type { InvocationSubject } from '../match/invocation-subject.js';
import type { MatchCompiler } from '../match/match-rules.js';
import { RuleIndex, type IndexedRule } from '../match/rule-index.js';
import type { GovernanceEventMap } from '../events/governance-events.js';
import type { RouteTags } from './matches-tags.js';
import type { RouteRule, RouteRules, ServiceRules } from './route-rule.js';
import { scheduleOf } from './schedule.js';
import { seedOf, stickyChoice, type StickyShare } from './sticky-choice.js';

/** Whose turn it is; outlives the rule's being made anew. */
interface Turn {
  next: number;
}

/** A subset of the instances that calls go to. */
export interface RouteChoice extends StickyShare {
  readonly tags: RouteTags;
  /** What is told when it was chosen, but for the operation. */
  readonly event: Omit<GovernanceEventMap['routed'], 'operation'>;
}

/** A rule made ready. */
export class RoutePool {
  /** Made at the first call: of many rules few are ever used. */
  #choices: readonly RouteChoice[] | undefined;
  #schedule: readonly number[] | undefined;

  constructor(
    readonly rule: RouteRule,
    private readonly turn: Turn,
    private readonly options: TableOptions,
  ) {}

  pick(subject: InvocationSubject): RouteChoice {
    const choices = (this.#choices ??= choicesOf(this.rule, this.options));
    if (choices.length === 1) return choices[0]!;
    const { hash } = this.rule;
    const user = hash && valueOf(hash.by, hash.name, subject);
    if (user) return choices[stickyChoice(choices, hash.salt + user)]!;
    const { turn } = this;
    const schedule = (this.#schedule ??= scheduleOf(choices.map(({ weight }) => weight)));
    const at = turn.next >= schedule.length ? 0 : turn.next;
    turn.next = at + 1;
    return choices[schedule[at]!]!;
  }
}

/** The rules of a service made ready. */
export interface RouteTable {
  readonly index: RuleIndex<RoutePool>;
  /** Whether some rule looks at the mark. */
  readonly usesMark: boolean;
}

/** How tables are made. */
export interface TableOptions {
  readonly service: string;
  /** Whether tags that name no version mean the latest. */
  readonly latest: boolean;
}

/** Makes tables; a rule that says what it said before goes on where it was. */
export class RouteTables {
  readonly #made = new WeakMap<ServiceRules, Map<string, RouteTable>>();
  readonly #turns = new Map<string, ReadonlyMap<string, Turn>>();

  constructor(private readonly compiler: MatchCompiler) {}

  /** @throws ChassisError `MATCH_INVALID` */
  table(model: ServiceRules, options: TableOptions): RouteTable {
    const steps = this.#making(model, options);
    while (!steps.next().done);
    return this.#made.get(model)!.get(idOf(options))!;
  }

  /**
   * Makes, rule by rule, the tables that `table` will then find made, of services that calls go to; the rules of others are looked at.
   *
   * @throws ChassisError `MATCH_INVALID`
   */
  *preparing({ services }: RouteRules, latest: boolean): Generator<void, void, void> {
    for (const [service, model] of services) {
      if (this.#turns.has(service)) yield* this.#making(model, { service, latest });
      else yield* this.#compiling(model);
    }
  }

  *#compiling({ rules }: ServiceRules): Generator<void, void, void> {
    for (const { match } of rules) {
      yield;
      if (match) this.compiler.compile(match);
    }
  }

  *#making(model: ServiceRules, options: TableOptions): Generator<void, void, void> {
    if (this.#made.get(model)?.has(idOf(options))) return;
    const before = this.#turns.get(options.service);
    const turns = new Map<string, Turn>();
    const indexed: IndexedRule<RoutePool>[] = [];
    for (const rule of model.rules) {
      yield;
      const match = rule.match ? this.compiler.compile(rule.match) : EVERY_CALL;
      if (!match) continue;
      const turn = before?.get(rule.fingerprint) ?? { next: 0 };
      turns.set(rule.fingerprint, turn);
      indexed.push({ match, found: new RoutePool(rule, turn, options) });
    }
    const index = yield* RuleIndex.making(indexed);
    const usesMark = model.rules.some(({ match }) => match?.mark !== undefined);
    this.#turns.set(options.service, turns);
    const made = this.#made.get(model) ?? new Map<string, RouteTable>();
    this.#made.set(model, made.set(idOf(options), { index, usesMark }));
  }
}

function idOf({ latest, service }: TableOptions): string {
  return `${latest} ${service}`;
}

const EVERY_CALL: CompiledCase = { exact: undefined, pathHead: '', matches: () => true };

/** The subsets of a rule that have a weight; what is missing to 100 goes to the latest version. */
function choicesOf({ routes, name }: RouteRule, { service, latest }: TableOptions): readonly RouteChoice[] {
  const rest = 100 - routes.reduce((sum, { weight }) => sum + weight, 0);
  const all = rest > 0 ? [...routes, { weight: rest, tags: { version: 'latest' } }] : routes;
  return all
    .filter(({ weight }) => weight > 0)
    .map(({ weight, tags: written }) => {
      const tags =
        latest && written['version'] === undefined ? Object.freeze({ ...written, version: 'latest' }) : written;
      const seed = seedOf(JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))));
      return { weight, tags, seed, event: { service, rule: name, tags } };
    });
}

function valueOf(
  by: 'header' | 'cookie' | 'query' | 'context',
  name: string,
  subject: InvocationSubject,
): string | undefined {
  switch (by) {
    case 'header':
      return subject.header(name);
    case 'cookie':
      return subject.cookie(name);
    case 'query':
      return subject.query(name);
    case 'context':
      return subject.context(name);
  }
}
