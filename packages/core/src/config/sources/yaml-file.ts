import { joinKey } from '../keys.js';
import { isMap } from '../leaves.js';
import { fillPlaceholders } from './placeholders.js';
import type { Document, LineCounter, Node } from './yaml-library.js';

type Library = typeof import('./yaml-library.js');

/** A parsed file: its tree, and of each key the line and, for scalars that are no text, the characters. */
export interface YamlFile {
  readonly values: Readonly<Record<string, unknown>>;
  readonly lines: ReadonlyMap<string, number>;
  readonly written: ReadonlyMap<string, string>;
}

/** What keeps a file from being read, with the line. */
export class YamlFault extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/**
 * Parses one file of configuration, YAML or JSON. The parser is loaded here, when the first file is there to be read.
 *
 * @throws YamlFault with the line of the first thing that is wrong
 */
export async function parseYaml(text: string, environment: NodeJS.ProcessEnv): Promise<YamlFile> {
  const library = await import('./yaml-library.js');
  const counter = new library.LineCounter();
  const document = library.parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: counter,
    merge: true,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error) throw new YamlFault(error.message, counter.linePos(error.pos[0]).line);
  const values = toTree(document);
  if (values === null || values === undefined) return { values: {}, lines: new Map(), written: new Map() };
  if (!isMap(values)) throw new YamlFault('expected a map of keys at the top', 1);
  const marks = new Marks(counter, library);
  if (document.contents) marks.visit(document.contents as Node, '');
  return { values: filled(values, environment) as Record<string, unknown>, lines: marks.lines, written: marks.written };
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
  readonly lines = new Map<string, number>();
  readonly written = new Map<string, string>();

  constructor(
    private readonly counter: LineCounter,
    private readonly library: Library,
  ) {}

  visit(node: Node | null, key: string): void {
    const { isMap: isYamlMap, isScalar, isSeq } = this.library;
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
    } else if (isScalar(node) && typeof node.value !== 'string' && node.source !== undefined) {
      this.written.set(key, node.source);
    }
  }

  #mark(key: string, node: Node | null): void {
    if (node?.range) this.lines.set(key, this.counter.linePos(node.range[0]).line);
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
