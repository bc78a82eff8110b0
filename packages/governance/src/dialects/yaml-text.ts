import type * as Yaml from 'yaml';

/** A text that is no YAML, with the line inside the text. */
export class YamlTextFault extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/**
 * What consoles write as text (a block scalar in a file): YAML or JSON inside the value. Anything but text stands for itself. A number that would
 * be written differently afterwards stays text, since it may be a version: `1.0` is not 1, nor `1.10` 1.1.
 *
 * @throws YamlTextFault naming the line
 */
export function fromYamlText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  // loaded with the first rule: most applications have none
  const { LineCounter, parseDocument, visit } = require('yaml') as typeof Yaml;
  const counter = new LineCounter();
  const document = parseDocument(value, { lineCounter: counter, merge: true, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new YamlTextFault(error.message, counter.linePos(error.pos[0]).line);
  visit(document, { Scalar: (_, node) => keepAsWritten(node) });
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new YamlTextFault((cause as Error).message, 1);
  }
}

function keepAsWritten(node: Yaml.Scalar): void {
  if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source)
    node.value = node.source;
}

/** The line of a value, or of the nearest one around it. The text is read again: it happens to faults only. */
export function lineInYaml(text: string, steps: readonly (string | number)[]): number {
  const { LineCounter, parseDocument, isNode } = require('yaml') as typeof Yaml;
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, prettyErrors: false });
  for (let depth = steps.length; depth > 0; depth -= 1) {
    const node = document.getIn(steps.slice(0, depth), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}
