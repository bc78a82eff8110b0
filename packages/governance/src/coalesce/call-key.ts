import { authorityOf, TargetListener, type HeaderMap, type Invocation, type Side } from '@ts-chassis/core';
import type { CoalesceFields } from '../policy/coalesce.js';
import { canonical } from './canonical.js';

/** Different for every call, and without a part in its outcome. */
const OF_TRACES =
  /^(?:traceparent|tracestate|baggage|b3|x-b3-.*|uber-trace-id|uberctx-.*|x-request-id|x-correlation-id|x-chassis-attempt|x-chassis-timeout-ms)$/;
/** Who asks makes a difference, whatever is configured. */
const OF_CALLER = ['authorization', 'cookie'] as const;

/** Makes the keys by which calls of one operation are equal. */
export class CallKeys {
  readonly #headers: readonly string[] | undefined;
  readonly #key: ((...args: unknown[]) => unknown) | undefined;

  constructor({ headers, key }: CoalesceFields, side: Side) {
    const named = headers ?? (side === 'method' ? [] : undefined);
    this.#headers = named && [...OF_CALLER, ...named.map((name) => name.toLowerCase())];
    this.#key = (key ?? undefined) as ((...args: unknown[]) => unknown) | undefined;
  }

  /** Undefined for a call that is made alone. */
  of(invocation: Invocation): string | undefined {
    const { args, endpoint, tags, mark, parent, self } = invocation;
    const asked = this.#key ? this.#key.apply(self, [...args]) : args;
    if (asked === undefined) return undefined;
    return canonical([
      asked,
      this.#headersOf(invocation.headers),
      [...invocation.context.entries()].sort(),
      [endpoint && authorityOf(endpoint), invocation.get(TargetListener), tags, mark],
      [parent?.source.service, parent?.principal],
    ]);
  }

  #headersOf({ record }: HeaderMap): unknown {
    if (!this.#headers)
      return Object.entries(record)
        .filter(([name]) => !OF_TRACES.test(name))
        .sort();
    return this.#headers.map((name) => record[name]);
  }
}
