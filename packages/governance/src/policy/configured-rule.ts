import type { SectionFault } from '@ts-chassis/core';
import { fromYamlText, lineInYaml, YamlTextFault } from '../dialects/yaml-text.js';

/** From the rule to a value inside it: names, and positions in lists. */
export type Steps = readonly (string | number)[];

/**
 * A rule as the configuration holds it: a map, a list, or YAML text inside one value. Whatever is wrong with it is told with its key, and in a text
 * with the line.
 */
export class ConfiguredRule {
  private constructor(
    readonly key: string,
    readonly value: unknown,
    private readonly text: string | undefined,
    private readonly tell: (fault: SectionFault) => void,
  ) {}

  /** What a value says; undefined when it is text that is no YAML, which has then been told. */
  static read(key: string, raw: unknown, refuse: (fault: SectionFault) => void): ConfiguredRule | undefined {
    try {
      return new ConfiguredRule(key, fromYamlText(raw), typeof raw === 'string' ? raw : undefined, refuse);
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
    this.tell(this.text === undefined ? fault : { ...fault, line: lineInYaml(this.text, steps) });
  }
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
