import type { Endpoint } from '../endpoint/endpoint.js';
import { slot } from '../invocation/slot.js';

/**
 * What a single call, or all calls of one client, have otherwise.
 *
 * @example
 * ```ts
 * const options: CallOptions = { timeoutMs: 200, tags: { version: '1.1' } };
 * ```
 */
export interface CallOptions {
  /** Time granted to the call in milliseconds, all tries together; default `servicecomb.consumer.timeoutMs`. Never beyond the caller's own deadline. */
  readonly timeoutMs?: number;
  /** Headers (metadata) to send, names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only instances whose metadata, `version` and `app` have these values are picked. */
  readonly tags?: Readonly<Record<string, string>>;
  /** `rest`, `grpc`, ...; default `servicecomb.consumer.services.{service}.protocol`, else the first the operation and a listed plug-in speak. */
  readonly protocol?: string;
  /** What follows the hyphen of the callee's listener: `admin` for `rest-admin`. */
  readonly port?: string;
  /** Calls this address instead of asking the registry: an {@link Endpoint}, or its text form `rest://host:port`. */
  readonly endpoint?: Endpoint | string;
  /** Gives the call up when it aborts. */
  readonly signal?: AbortSignal;
  /** The consumer chain by name (`servicecomb.handler.chain.Consumer.{chain}`); default `default`. */
  readonly chain?: string;
}

/**
 * Which listener of the called service is meant; balancers pick an instance that has it.
 *
 * @example
 * ```ts
 * const listener = invocation.get(TargetListener) ?? 'rest';
 * ```
 */
export const TargetListener = slot<string>('target listener');
