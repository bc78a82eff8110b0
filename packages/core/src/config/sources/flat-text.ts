import type { YamlFile } from './yaml-document.js';

/** What a text of lines says: texts by dotted key, and the line of each. */
export interface FlatText {
  readonly values: ReadonlyMap<string, string>;
  readonly lines: ReadonlyMap<string, number>;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** The same, as files of configuration are handed on. */
export function asFile({ values, lines }: FlatText): YamlFile {
  return { values: Object.fromEntries(values), lines, written: NONE, texts: NONE };
}
