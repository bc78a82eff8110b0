import type { Section } from '../report/section.js';

export interface ScenarioOptions {
  readonly seed: number;
  /** How large fleets are, against their full size; tests run small ones. */
  readonly scale: number;
}

/** A set-up that is run and measured. */
export interface Scenario {
  /** The word after `npm run simulate --`. */
  readonly name: string;
  readonly run: (options: ScenarioOptions) => Section | Promise<Section>;
}

/** So many of something in a fleet of another size; never none. */
export function scaled(count: number, { scale }: ScenarioOptions): number {
  return Math.max(1, Math.round(count * scale));
}
