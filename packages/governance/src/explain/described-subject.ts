import { HeaderMap, Invocation, type Operation } from '@ts-chassis/core';
import { InvocationSubject } from '../match/invocation-subject.js';
import type { GovernanceCall } from './governance-call.js';

/** A described call in the eyes of rules: what is not described is what can be known without a request. */
export class DescribedSubject extends InvocationSubject {
  readonly #call: GovernanceCall;
  readonly #template: string;
  readonly #query: URLSearchParams;

  /** @param mark - that the call has by now */
  constructor(operation: Operation, call: GovernanceCall, mark: string | undefined) {
    super(operation, call.side === 'consumer' ? 'consumer' : 'provider');
    this.#call = call;
    this.#template = operation.http?.path ?? `/${operation.schema.id}/${operation.name}`;
    this.#query = new URLSearchParams(call.query);
    this.of(invocationOf(operation, call, mark));
  }

  override get method(): string {
    return this.#call.method?.toUpperCase() ?? super.method;
  }

  override get path(): string {
    const { path = this.#template } = this.#call;
    const end = path.indexOf('?');
    return end < 0 ? path : path.slice(0, end);
  }

  override get rawQuery(): string {
    const { path = '' } = this.#call;
    const begin = path.indexOf('?');
    return begin < 0 ? this.#query.toString() : path.slice(begin + 1);
  }

  override query(name: string): string | undefined {
    return new URLSearchParams(this.rawQuery).get(name) ?? undefined;
  }
}

function invocationOf(operation: Operation, call: GovernanceCall, mark: string | undefined): Invocation {
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const invocation = new Invocation({
    operation,
    service: call.service ?? '',
    source: { service: call.caller ?? '', protocol: '', trusted: true },
    args: [],
    headers: HeaderMap.of(Object.fromEntries(headers)),
  });
  invocation.mark = mark;
  return invocation;
}
