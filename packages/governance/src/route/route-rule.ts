import type { MatchCase } from '../match/match-case.js';
import type { RouteTags } from './matches-tags.js';

/** Some of the calls, and who serves them. */
export interface WeightedTags {
  /** Per cent of the calls. */
  readonly weight: number;
  readonly tags: RouteTags;
}

/** By what calls that belong together are kept on one version. */
export interface RouteHash {
  readonly by: 'header' | 'cookie' | 'query' | 'context';
  readonly name: string;
  readonly salt: string;
}

/** One rule of a service, as it is written. */
export interface RouteRule {
  /** Its place, as in `catalog[0]`; what events and messages call it. */
  readonly name: string;
  readonly precedence: number;
  /** What calls it is for; undefined for all. */
  readonly match: MatchCase | undefined;
  /** Weights add up to 100 at most. */
  readonly routes: readonly WeightedTags[];
  readonly hash: RouteHash | undefined;
  /** Whom to take when nobody has the tags; empty when such calls fail. */
  readonly fallback: readonly (RouteTags | 'any')[];
  /** Tells rules of a service apart by what they say. */
  readonly fingerprint: string;
}

/** The rules of a service in the order in which they are tried. */
export interface ServiceRules {
  readonly rules: readonly RouteRule[];
  /** What they were read from; text that is the same need not be read again. */
  readonly raw: unknown;
  /** The same rules by fingerprint: what the next reading has again stays the same object. */
  readonly known: ReadonlyMap<string, RouteRule>;
}

/** The rules of all services by name. */
export interface RouteRules {
  readonly services: ReadonlyMap<string, ServiceRules>;
}
