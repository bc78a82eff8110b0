import { authorityOf, TargetListener } from '@ts-chassis/core';
import type { HeaderMap, Invocation, Operation, Parameter, Side } from '@ts-chassis/core';
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
  /** By position, those whose values a wire carries. */
  readonly #sent = new Map<number, Parameter>();

  constructor({ headers, key }: CoalesceFields, { side, operation }: { side: Side; operation: Operation }) {
    const named = headers ?? (side === 'method' ? [] : undefined);
    this.#headers = named && [...OF_CALLER, ...named.map((name) => name.toLowerCase())];
    this.#key = (key ?? undefined) as ((...args: unknown[]) => unknown) | undefined;
    if (side !== 'consumer') return;
    for (const parameter of operation.parameters) this.#sent.set(parameter.index, parameter);
  }

  /** Undefined for a call that is made alone. */
  of(invocation: Invocation): string | undefined {
    const { endpoint, tags, mark, parent } = invocation;
    const asked = this.#asked(invocation);
    if (asked === undefined) return undefined;
    const around = canonical([
      this.#headersOf(invocation.headers),
      [...invocation.context.entries()].sort(),
      [endpoint && authorityOf(endpoint), invocation.get(TargetListener), tags, mark],
      [parent?.source.service, parent?.principal],
    ]);
    return around && `${asked} ${around}`;
  }

  #asked({ args, self }: Invocation): string | undefined {
    if (this.#key) {
      const own = this.#key.apply(self, [...args]);
      return own === undefined ? undefined : canonical(own);
    }
    const texts: string[] = [];
    for (const [index, value] of args.entries()) {
      const text = canonical(value) ?? this.#asSent(value, index);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts.join();
  }

  /** Of a declared class only the declared fields are sent: what else an object holds makes no difference to the callee. */
  #asSent(value: unknown, index: number): string | undefined {
    const { schema, place } = this.#sent.get(index) ?? {};
    if (schema?.name === undefined || place === 'custom') return undefined;
    try {
      return canonical(schema.serialize(value));
    } catch {
      // it does not fit, which the call itself will say
      return undefined;
    }
  }

  #headersOf({ record }: HeaderMap): unknown {
    if (!this.#headers)
      return Object.entries(record)
        .filter(([name]) => !OF_TRACES.test(name))
        .sort();
    return this.#headers.map((name) => record[name]);
  }
}
