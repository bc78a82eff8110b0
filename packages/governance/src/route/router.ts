import type { Invocation, Next, PlanContext, PlannedHandler, Reply } from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import { InvocationSubject } from '../match/invocation-subject.js';
import type { MatchCompiler, MatchRules } from '../match/match-rules.js';
import { MatchSection } from '../match/match-section.js';
import { LATEST_TAGS } from './latest-tags.js';
import type { PushedRules, RouteCell } from './pushed-rules.js';
import { RouteFallback } from './route-fallback.js';
import { DarkLaunchSection, RouteRuleSection, RouterSection } from './route-sections.js';
import type { RouteTables } from './route-table.js';

/** What a router works with. */
export interface RouterOptions {
  readonly compiler: MatchCompiler;
  readonly tables: RouteTables;
  readonly events: GovernanceEvents;
  /** Whether the registry is service-center. */
  readonly isServiceCenter: boolean;
  /** The rules of another source than the configuration. */
  readonly pushed: PushedRules | undefined;
}

/** Chooses the subset of the instances that a call may go to (`router`, consumer side): writes `invocation.tags`, unless the caller did. */
export class Router implements PlannedHandler {
  constructor(private readonly options: RouterOptions) {}

  plan(context: PlanContext, next: Next): Next {
    const { service } = context;
    const latest = wantsLatest(context.section(RouterSection).latest, this.options.isServiceCenter);
    const cell = this.options.pushed?.cell(service) ?? this.#configured(context, latest);
    if (!cell.table && !this.options.pushed) return latest ? toLatest(next) : next;
    const rules = this.options.compiler.rules(context.section(MatchSection));
    const routing = new Routing(cell, rules, {
      ...{ latest, events: this.options.events },
      subject: new InvocationSubject(context.operation, 'consumer'),
      operation: context.operation.id,
    });
    return (invocation): Promise<Reply> => {
      if (!invocation.tags && !invocation.endpoint) routing.route(invocation);
      return next(invocation);
    };
  }

  #configured(context: PlanContext, latest: boolean): RouteCell {
    const { service } = context;
    const rules = context.section(RouteRuleSection).services.get(service);
    const model = rules ?? context.section(DarkLaunchSection).services.get(service);
    return { table: model && this.options.tables.table(model, { service, latest }) };
  }
}

/** Whether calls without a rule go to the latest version only. */
export function wantsLatest(setting: 'auto' | 'always' | 'never', isServiceCenter: boolean): boolean {
  return setting === 'always' || (setting === 'auto' && isServiceCenter);
}

function toLatest(next: Next): Next {
  return (invocation) => {
    if (!invocation.endpoint) invocation.tags ??= LATEST_TAGS;
    return next(invocation);
  };
}

interface RoutingOptions {
  readonly latest: boolean;
  readonly events: GovernanceEvents;
  readonly subject: InvocationSubject;
  readonly operation: string;
}

/** Routes the calls of one operation. */
class Routing {
  constructor(
    private readonly cell: RouteCell,
    private readonly rules: MatchRules,
    private readonly options: RoutingOptions,
  ) {}

  route(invocation: Invocation): void {
    const { table } = this.cell;
    const { latest, events, operation } = this.options;
    const subject = this.options.subject.of(invocation);
    if (table?.usesMark && invocation.mark === undefined) subject.assumedMark = this.rules.find(subject)?.name;
    const pool = table?.index.find(subject);
    if (!pool) {
      if (latest) invocation.tags = LATEST_TAGS;
      return;
    }
    const { tags, event } = pool.pick(subject);
    invocation.tags = tags;
    const { fallback } = pool.rule;
    if (fallback.length > 0) invocation.set(RouteFallback, fallback);
    if (events.isHeard('routed')) events.emit('routed', { ...event, operation });
  }
}
