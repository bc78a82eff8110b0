import type { ConfigView } from '../config/config.js';

/**
 * What a plan may ask of one configuration snapshot; a `Config` is one.
 *
 * @example
 * ```ts
 * const resolved = policyIn(Timeout, scope, view satisfies PlanView);
 * ```
 */
export type PlanView = Pick<ConfigView, 'raw' | 'section'>;

/** A question to the configuration. */
export interface Read {
  /** The configuration key the answer depends on, to blame it. */
  readonly key: string;
  readonly answer: unknown;
  ask(view: PlanView): unknown;
}

/** Remembers every question to the configuration with its answer. */
export class Reads {
  readonly all: Read[] = [];

  constructor(private readonly view: PlanView) {}

  read<T>(key: string, ask: (view: PlanView) => T): T {
    const answer = ask(this.view);
    this.all.push({ key, answer, ask });
    return answer;
  }
}
