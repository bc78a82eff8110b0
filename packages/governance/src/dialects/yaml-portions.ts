import { fromYamlText, YamlTextFault } from './yaml-text.js';

/** Some items of a list that is written as one text. */
export interface YamlPortion {
  readonly text: string;
  /** The line before it, from 0. */
  readonly line: number;
  /** The position of its first item in the list. */
  readonly first: number;
}

/** What a text holds, and of a list that was read bit by bit the bits. */
export interface PortionedYaml {
  readonly value: unknown;
  readonly portions: readonly YamlPortion[];
}

/** Shorter texts are read at once. */
const LONG = 2000;

/**
 * As `fromYamlText`, a long list of YAML's own form bit by bit, so that other work may go between. An item begins where a dash stands as far to the left as
 * the first one: nothing that belongs to an item may stand there. What does not make sense in bits, such as an alias for what another bit names, is read as
 * a whole.
 *
 * @throws YamlTextFault naming the line
 */
export function* readingYaml(given: unknown): Generator<void, PortionedYaml, void> {
  const read = typeof given === 'string' && given.length > LONG ? yield* readingList(given) : undefined;
  return read ?? { value: fromYamlText(given), portions: [] };
}

function* readingList(text: string): Generator<void, PortionedYaml | undefined, void> {
  const begin = /^(?:[ \t]*(?:#.*)?\r?\n)*( *)-[ \r\n]/.exec(text);
  if (!begin) return undefined;
  const value: unknown[] = [];
  const portions: YamlPortion[] = [];
  let line = 0;
  for (const bit of bitsOf(text, begin[1]!)) {
    yield;
    const items = itemsOf(bit);
    if (!items) return undefined;
    portions.push({ text: bit, line, first: value.length });
    for (const item of items) value.push(item);
    line += bit.split('\n').length - 1;
  }
  return { value, portions };
}

/** The text in pieces, each of which begins with an item, but for the first before which comments may stand. */
function* bitsOf(text: string, indent: string): Generator<string, void, void> {
  const dash = new RegExp(`\\n(?=${indent}-[ \\r\\n])`, 'g');
  let begin = 0;
  while (begin < text.length) {
    dash.lastIndex = begin + LONG;
    const found = dash.exec(text);
    const end = found ? dash.lastIndex : text.length;
    yield text.slice(begin, end);
    begin = end;
  }
}

function itemsOf(bit: string): readonly unknown[] | undefined {
  try {
    const items = fromYamlText(bit);
    return Array.isArray(items) ? (items as unknown[]) : undefined;
  } catch (error) {
    if (error instanceof YamlTextFault) return undefined;
    throw error;
  }
}
