import { randomBytes } from 'node:crypto';
import { slot, type Invocation, type Random, type Reply } from '@ts-chassis/core';
import { TriedInstances } from '../../retry/tried-instances.js';
import type { BalancedInstance, BalancingStrategy, PickCall, PickOutcome } from '../strategy.js';
import { hashOf } from './hash.js';
import { idSetBy, namespaceOf, SESSION_COOKIE, sessionIdOf } from './session-cookie.js';
import { Sessions, type Session } from './sessions.js';

/** The session of a try, and whether its caller knows the id already. */
interface Sticking {
  session: Session;
  readonly isKnown: boolean;
}

const Sticking = slot<Sticking | undefined>('load balancing session');
/** Namespaces remembered at most. */
const MOST_NAMESPACES = 1000;

/**
 * The calls of one session go to one instance: the session of the id that the caller brings along, else that of its namespace. A session ends when
 * it is not used for `sessionTimeout`, when its instance is gone or left out, and after `sessionFailures` failures in a row; then a new one begins. go-chassis
 * means the same and compares things that are never equal, so its calls go anywhere; its sessions also are one for all services.
 */
export class SessionStickinessStrategy implements BalancingStrategy {
  readonly isSticky = true;
  readonly #sessions = new Sessions();
  /** The id that callers without one have, by namespace. */
  readonly #idOf = new Map<string, string>();

  constructor(
    private readonly random: Random,
    private readonly newId: () => string = freshId,
  ) {}

  pick(nodes: readonly BalancedInstance[], call: PickCall): BalancedInstance | undefined {
    const { invocation, nowMs, settings } = call;
    const brought = sessionIdOf(invocation);
    const namespace = brought === undefined ? namespaceOf(invocation) : undefined;
    const id = brought ?? this.#idOf.get(namespace!);
    const session = id === undefined ? undefined : this.#sessions.find(id, nowMs, settings.sessionTimeout);
    const at = session && call.all.find((node) => targetOf(node) === session.target);
    // kept until it is forgotten: whoever still brings its id must not be led back as if it were of elsewhere
    if (session && session.failures >= settings.sessionFailures)
      return this.#begin(without(at, nodes), { call, id: this.newId(), namespace, isKnown: false });
    if (session && at && call.isUsable(at)) {
      this.#sessions.use(session, nowMs, settings.sessionTimeout);
      invocation.set(Sticking, { session, isKnown: brought !== undefined });
      return at;
    }
    // one failed try moves the try, not the session
    if (session && at && invocation.get(TriedInstances)?.has(at.address)) return this.#beside(nodes, call, session);
    if (session) this.#sessions.end(session.id);
    // an id of elsewhere is kept as long as it has not failed here: another of our processes may have begun its session
    const isForeign = brought !== undefined && session === undefined;
    return this.#begin(nodes, { call, id: isForeign ? brought : this.newId(), namespace, isKnown: isForeign });
  }

  done(_picked: BalancedInstance, { invocation, failed }: PickOutcome): void {
    const { session } = invocation.get(Sticking) ?? {};
    if (session) session.failures = failed ? session.failures + 1 : 0;
  }

  replied(reply: Reply, picked: BalancedInstance, invocation: Invocation): Reply {
    const sticking = invocation.get(Sticking);
    if (!sticking) return reply;
    const set = idSetBy(reply.headers);
    if (set !== undefined) {
      this.#rename(sticking.session, set, picked);
      return reply;
    }
    if (sticking.isKnown) return reply;
    const cookie = `${SESSION_COOKIE}=${sticking.session.id}`;
    const { headers } = reply;
    return {
      ...reply,
      headers:
        invocation.operation.rpc && !invocation.operation.http
          ? headers.with(SESSION_COOKIE, cookie)
          : headers.with('set-cookie', [...headers.all('set-cookie'), cookie]),
    };
  }

  #beside(nodes: readonly BalancedInstance[], call: PickCall, session: Session): BalancedInstance | undefined {
    call.invocation.set(Sticking, undefined);
    return pickById(nodes, session.id, call);
  }

  #begin(
    nodes: readonly BalancedInstance[],
    { call, id, namespace, isKnown }: { call: PickCall; id: string; namespace: string | undefined; isKnown: boolean },
  ): BalancedInstance | undefined {
    const node = pickById(nodes, id, call) ?? nodes[Math.floor(this.random.next() * nodes.length)];
    if (!node) return undefined;
    const session = this.#sessions.begin(id, targetOf(node), call.nowMs);
    this.#sessions.use(session, call.nowMs, call.settings.sessionTimeout);
    if (namespace !== undefined) this.#remember(namespace, id);
    call.invocation.set(Sticking, { session, isKnown });
    return node;
  }

  /** The callee calls the session by an id of its own. */
  #rename(session: Session, id: string, picked: BalancedInstance): void {
    if (session.id === id) return;
    this.#sessions.end(session.id);
    this.#sessions.begin(id, targetOf(picked), session.usedAt);
    for (const [namespace, known] of this.#idOf) if (known === session.id) this.#idOf.set(namespace, id);
  }

  #remember(namespace: string, id: string): void {
    this.#idOf.delete(namespace);
    this.#idOf.set(namespace, id);
    if (this.#idOf.size > MOST_NAMESPACES) this.#idOf.delete(this.#idOf.keys().next().value!);
  }
}

/**
 * The usable instance whose name goes best with the id (rendezvous hashing): all processes of a consumer that see one id for the first time begin at the same
 * instance.
 */
function pickById(nodes: readonly BalancedInstance[], id: string, call: PickCall): BalancedInstance | undefined {
  let best: BalancedInstance | undefined;
  let highest = -1;
  for (const node of nodes) {
    if (!call.isUsable(node)) continue;
    const score = hashOf(targetOf(node), hashOf(id));
    if (score > highest) [best, highest] = [node, score];
  }
  return best;
}

/** All but one, as long as there are others. */
function without(node: BalancedInstance | undefined, nodes: readonly BalancedInstance[]): readonly BalancedInstance[] {
  const others = nodes.filter((other) => other !== node);
  return others.length > 0 ? others : nodes;
}

function targetOf({ instance, address }: BalancedInstance): string {
  return `${instance.id} ${address}`;
}

/** 44 characters, as go-chassis makes them. Whoever guesses one shares an instance, not a secret. */
function freshId(): string {
  return `${randomBytes(32).toString('base64url')}=`;
}
