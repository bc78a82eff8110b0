import type { ErrorKind } from '../errors/error-kind.js';
import type { Invocation } from './invocation.js';

/**
 * Who asks, and over what.
 *
 * @example
 * ```ts
 * if (!invocation.source.trusted) throw Unauthenticated('strangers may not');
 * ```
 */
export interface InvocationSource {
  /** The calling service, as far as the listener believes it; else empty. On the consumer side our own. */
  readonly service: string;
  /** The protocol it came in by: `rest`, `grpc`, `in-process`; empty on the consumer side. */
  readonly protocol: string;
  /** The listener it came in by; `local` in process. */
  readonly listener?: string;
  readonly trusted: boolean;
  readonly remoteAddress?: string;
  /** The protocol's own request and response. */
  readonly raw?: unknown;
  /** For a request that matched no operation: the failure to answer with (405, a malformed path); default `NOT_FOUND`. */
  readonly refusal?: Error;
  /** Which failure a reply's status hint means in this protocol; undefined for a success. Without it no status is a failure. */
  kindOf?(status: number): ErrorKind | undefined;
  /**
   * Reads the arguments, in the order of the operation's parameters' indexes, coerced from text where the protocol has only
   * text but not validated; the link `bind` calls it once. Body limits and syntax errors surface here.
   */
  arguments?(invocation: Invocation): readonly unknown[] | Promise<readonly unknown[]>;
}
