import type { Side } from '@ts-chassis/core';

/**
 * What governs a call: plain data that `JSON.stringify` takes.
 *
 * @example
 * ```ts
 * const tell = ({ mark, policies }: GovernanceExplanation) => console.log(mark, policies.length);
 * ```
 */
export interface GovernanceExplanation {
  readonly side: Side;
  readonly service: string;
  readonly schema: string;
  readonly operation: string;
  /** The mark the call has in the end. */
  readonly mark?: string;
  /** Every rule of traffic marking that describes the call, in the order in which they are tried. */
  readonly matches: readonly ExplainedMatch[];
  /** Where the call goes, on the consumer side. */
  readonly route?: ExplainedRoute;
  readonly policies: readonly ExplainedPolicy[];
}

/**
 * A rule of traffic marking that describes the call.
 *
 * @example
 * ```ts
 * const match: ExplainedMatch = { rule: 'gold', key: 'servicecomb.match.gold', order: 0, wins: true };
 * ```
 */
export interface ExplainedMatch {
  readonly rule: string;
  readonly key: string;
  readonly place?: string;
  readonly order: number;
  /** Whether the call has its mark. */
  readonly wins: boolean;
}

/**
 * Where a call goes.
 *
 * @example
 * ```ts
 * const route: ExplainedRoute = {
 *   source: 'cse', rule: 'catalog[0]', precedence: 1, fallback: [],
 *   subsets: [{ weight: 90, tags: { version: '1.0' } }, { weight: 10, tags: { version: 'latest' } }],
 * };
 * ```
 */
export interface ExplainedRoute {
  /** `servicecomb.router.infra`: `cse` for the configuration. */
  readonly source: string;
  /** The rule that is in force; absent when none describes the call. */
  readonly rule?: string;
  readonly place?: string;
  readonly precedence?: number;
  /** Who gets how many of a hundred such calls; without a rule all instances, or those of the latest version. */
  readonly subsets: readonly { readonly weight: number; readonly tags: Readonly<Record<string, string>> }[];
  /** The one this call goes to, where that does not depend on whose turn it is. */
  readonly chosen?: Readonly<Record<string, string>>;
  /** Who is taken when nobody has the tags: other tags, or `any`. */
  readonly fallback: readonly (Readonly<Record<string, string>> | 'any')[];
}

/**
 * A policy in force.
 *
 * @example
 * ```ts
 * const policy: ExplainedPolicy = {
 *   kind: 'timeout', handler: 'timeout',
 *   fields: [{ field: 'ms', value: 800, origin: 'method decorator' }],
 * };
 * ```
 */
export interface ExplainedPolicy {
  /** The step below `servicecomb.governance`. */
  readonly kind: string;
  /** The link of the chain that acts on it. */
  readonly handler: string;
  readonly fields: readonly ExplainedField[];
}

/**
 * A field of a policy.
 *
 * @example
 * ```ts
 * const field: ExplainedField = {
 *   field: 'rate', value: 500, origin: 'service configuration',
 *   key: 'servicecomb.governance.rateLimit.services.catalog.rate', place: 'conf/chassis.yaml:12',
 * };
 * ```
 */
export interface ExplainedField {
  readonly field: string;
  /** Functions are shown by their names. */
  readonly value: unknown;
  /** Which level says it: a configuration, a decorator, `built-in`, or `mark`, which wins over all. */
  readonly origin: string;
  /** The key of the configuration that says it. */
  readonly key?: string;
  /** File and line, or whatever the source calls a place. */
  readonly place?: string;
}
