import type { SectionFault } from '@ts-chassis/core';
import { readingYaml, type PortionedYaml, type YamlPortion } from '../dialects/yaml-portions.js';
import { lineInYaml, YamlTextFault } from '../dialects/yaml-text.js';

/** From the rule to a value inside it: names, and positions in lists. */
export type Steps = readonly (string | number)[];

/**
 * A rule as the configuration holds it: a map, a list, or YAML text inside one value. Whatever is wrong with it is told with its key, and in a text
 * with the line.
 */
export class ConfiguredRule {
  private constructor(
    readonly key: string,
    private readonly yaml: PortionedYaml,
    private readonly told: { readonly raw: unknown; readonly refuse: (fault: SectionFault) => void },
  ) {}

  get value(): unknown {
    return this.yaml.value;
  }

  /** What a value says; undefined when it is text that is no YAML, which has then been told. */
  static read(key: string, raw: unknown, refuse: (fault: SectionFault) => void): ConfiguredRule | undefined {
    const steps = ConfiguredRule.reading(key, raw, refuse);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** As `read`, a long list bit by bit. */
  static *reading(
    key: string,
    raw: unknown,
    refuse: (fault: SectionFault) => void,
  ): Generator<void, ConfiguredRule | undefined, void> {
    try {
      return new ConfiguredRule(key, yield* readingYaml(raw), { raw, refuse });
    } catch (error) {
      if (!(error instanceof YamlTextFault)) throw error;
      refuse({ key, expected: 'YAML', got: error.message, line: error.line });
      return undefined;
    }
  }

  /** Tells that something inside cannot be right. */
  refuse(steps: Steps, expected: string, got: unknown): void {
    this.forward(steps, { key: keyOf(this.key, steps), expected, got: shown(got) });
  }

  /** Tells of a fault that was found with a value inside. */
  forward(steps: Steps, fault: SectionFault): void {
    const { raw, refuse } = this.told;
    refuse(typeof raw === 'string' ? { ...fault, line: lineIn(raw, this.yaml.portions, steps) } : fault);
  }
}

/** The line of something inside; of a list that was read bit by bit only the bit is looked through again. */
function lineIn(text: string, portions: readonly YamlPortion[], steps: Steps): number {
  const [at, ...rest] = steps;
  const portion = typeof at === 'number' ? portions.filter(({ first }) => first <= at).at(-1) : undefined;
  return portion
    ? portion.line + lineInYaml(portion.text, [(at as number) - portion.first, ...rest])
    : lineInYaml(text, steps);
}

/** The dotted key of something inside a rule. */
export function keyOf(key: string, steps: Steps): string {
  return steps.reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${step}`), key);
}

/** Whether a value is a map, as YAML and JSON know them. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
