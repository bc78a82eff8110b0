import { isMap as isYamlMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { joinKey } from '../keys.js';
import { isMap } from '../leaves.js';
import { fillPlaceholders } from './placeholders.js';
import { YamlFault } from './yaml-fault.js';

/** A parsed file: its tree, and of each key the line and, for scalars that are no text, the characters. */
export interface YamlFile {
  readonly values: Readonly<Record<string, unknown>>;
  readonly lines: ReadonlyMap<string, number>;
  readonly written: ReadonlyMap<string, string>;
  /** Of a block scalar the line its text begins at. */
  readonly texts: ReadonlyMap<string, number>;
}

/** How a text is read. */
export interface YamlReading {
  /** What placeholders are filled from; undefined leaves them as they are. */
  readonly environment: NodeJS.ProcessEnv | undefined;
  /** Puts what the text says under this name, and takes a list or a scalar too; otherwise it must be a map. */
  readonly under?: string;
}

/**
 * Parses one file of configuration, YAML or JSON.
 *
 * @throws YamlFault with the line of the first thing that is wrong
 */
export function readYaml(text: string, { environment, under = '' }: YamlReading): YamlFile {
  const counter = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: counter,
    merge: true,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error) throw new YamlFault(error.message, counter.linePos(error.pos[0]).line);
  const values = toTree(document);
  if (values === null || values === undefined) return new Marks(counter).over({});
  if (under === '' && !isMap(values)) throw new YamlFault('expected a map of keys at the top', 1);
  const marks = new Marks(counter);
  if (document.contents) marks.visit(document.contents as Node, under);
  const tree = environment ? filled(values, environment) : values;
  return marks.over(under === '' ? (tree as Record<string, unknown>) : { [under]: tree });
}

function toTree(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new YamlFault((error as Error).message, 1);
  }
}

/** Notes where each key stands. What an alias repeats stands where the alias does. */
class Marks {
  readonly #lines = new Map<string, number>();
  readonly #written = new Map<string, string>();
  readonly #texts = new Map<string, number>();

  constructor(private readonly counter: LineCounter) {}

  over(values: Readonly<Record<string, unknown>>): YamlFile {
    return { values, lines: this.#lines, written: this.#written, texts: this.#texts };
  }

  visit(node: Node | null, key: string): void {
    if (isYamlMap(node)) {
      for (const { key: name, value } of node.items) {
        if (!isScalar(name)) continue;
        const inner = joinKey(key, String(name.value));
        this.#mark(inner, name);
        this.visit(value as Node | null, inner);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        this.#mark(`${key}[${index}]`, item as Node);
        this.visit(item as Node, `${key}[${index}]`);
      }
    } else if (isScalar(node)) this.#scalar(node, key);
  }

  #scalar(node: Node & { value: unknown; source?: string; type?: string }, key: string): void {
    if (typeof node.value !== 'string') {
      if (node.source !== undefined) this.#written.set(key, node.source);
    } else if (node.type?.startsWith('BLOCK_') && node.range) {
      this.#texts.set(key, this.counter.linePos(node.range[0]).line + 1);
    }
  }

  #mark(key: string, node: Node | null): void {
    if (node?.range) this.#lines.set(key, this.counter.linePos(node.range[0]).line);
  }
}

function filled(value: unknown, environment: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') return fillPlaceholders(value, environment);
  if (Array.isArray(value)) return value.map((item) => filled(item, environment));
  if (!isMap(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) if (name !== '__proto__') copy[name] = filled(inner, environment);
  return copy;
}
