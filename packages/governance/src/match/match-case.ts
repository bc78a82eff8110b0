/** One comparison of a rule, as it is written. */
export interface Condition {
  readonly operator: string;
  readonly expected: string;
  readonly ignoreCase: boolean;
}

/** Comparisons by the name of what is compared; all of them must hold. */
export type Conditions = readonly (readonly [name: string, conditions: readonly Condition[]])[];

/** What a call must be like, as it is written; what is left out is not looked at. */
export interface MatchCase {
  /** The rule's key in the configuration, for messages. */
  readonly key: string;
  readonly methods: readonly string[];
  readonly path: readonly Condition[];
  /** Names in lower case. */
  readonly headers: Conditions;
  readonly queries: Conditions;
  /** Of the query as a whole, as go-chassis has it. */
  readonly rawQuery: readonly Condition[];
  readonly caller: readonly Condition[];
  /** Of our own instance: `version`, `app` or a name of its metadata. */
  readonly instance: Conditions;
  /** The mark that the call must have. */
  readonly mark?: string;
}

/** Whether a call that a rule marks tells its mark to those it calls (`once`), or everybody marks for themselves. */
export type MarkPolicy = 'once' | 'perService';

/** One alternative of a match policy. */
export interface MarkCase extends MatchCase {
  readonly policy: MarkPolicy;
}

/** A named rule of traffic marking. */
export interface MatchPolicy {
  readonly name: string;
  /** The services it is for; empty for all. */
  readonly services: readonly string[];
  readonly order: number;
  readonly cases: readonly MarkCase[];
}
