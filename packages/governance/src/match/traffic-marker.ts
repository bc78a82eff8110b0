import type { Invocation, Next, PlanContext, PlannedHandler } from '@ts-chassis/core';
import { InvocationSubject } from './invocation-subject.js';
import { MARK_HEADER, MarkTravels } from './mark-travels.js';
import type { MatchCompiler, MatchRules } from './match-rules.js';
import { MatchSection } from './match-section.js';

/**
 * Marks what comes in (`traffic-marker`, provider side): with the mark the caller sent, when the listener trusts it, unless a rule that marks
 * per service describes the request; else with the first rule that does.
 */
export class ProviderTrafficMarker implements PlannedHandler {
  constructor(private readonly compiler: MatchCompiler) {}

  plan(context: PlanContext, next: Next): Next {
    const rules = this.compiler.rules(context.section(MatchSection));
    const marker = new Marker(rules, new InvocationSubject(context.operation, 'provider'));
    return (invocation) => {
      const sent = invocation.source.trusted ? invocation.headers.get(MARK_HEADER) : undefined;
      if (sent) marker.take(invocation, sent);
      else if (!rules.isEmpty) marker.mark(invocation);
      return next(invocation);
    };
  }
}

/**
 * Marks what goes out (`traffic-marker`, consumer side): a mark that travels is kept and sent on, else the first rule that describes the call gives
 * one; without such a rule the call has the mark of the work it is made in.
 */
export class ConsumerTrafficMarker implements PlannedHandler {
  constructor(private readonly compiler: MatchCompiler) {}

  plan(context: PlanContext, next: Next): Next {
    const rules = this.compiler.rules(context.section(MatchSection));
    const marker = new Marker(rules, new InvocationSubject(context.operation, 'consumer'));
    return (invocation) => {
      const { parent } = invocation;
      const given = invocation.headers.get(MARK_HEADER);
      const inherited = parent?.get(MarkTravels) ? parent.mark : undefined;
      const isOurs = given !== undefined && given !== '' && !isForwardedBlindly(invocation, given);
      const told = isOurs ? given : inherited;
      if (told !== undefined) marker.take(invocation, told);
      else if (!rules.isEmpty) marker.mark(invocation);
      if (invocation.get(MarkTravels)) invocation.setHeader(MARK_HEADER, invocation.mark!);
      else if (given !== undefined) invocation.removeHeader(MARK_HEADER);
      return next(invocation);
    };
  }
}

/** Marks the invocations of one operation. */
class Marker {
  constructor(
    private readonly rules: MatchRules,
    private readonly subject: InvocationSubject,
  ) {}

  /** A mark that others gave: it stands and travels on, but for rules that do not heed it. */
  take(invocation: Invocation, told: string): void {
    const marking = this.rules.isEmpty ? undefined : this.rules.findOwn(this.subject.of(invocation));
    invocation.mark = marking ? marking.name : told;
    invocation.set(MarkTravels, marking === undefined);
  }

  mark(invocation: Invocation): void {
    const marking = this.rules.find(this.subject.of(invocation));
    if (!marking) return;
    invocation.mark = marking.name;
    if (marking.policy === 'once') invocation.set(MarkTravels, true);
  }
}

/** Whether a header is only what a stranger sent, passed on because the configuration forwards it. */
function isForwardedBlindly({ parent }: Invocation, given: string): boolean {
  return parent !== undefined && !parent.source.trusted && parent.headers.get(MARK_HEADER) === given;
}
