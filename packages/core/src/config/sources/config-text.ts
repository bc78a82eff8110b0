import { coreError } from '../../errors/core-error.js';
import { joinKey } from '../keys.js';
import { asFile } from './flat-text.js';
import { readIni } from './ini-text.js';
import { readProperties } from './properties-text.js';
import type { YamlFile } from './yaml-document.js';
import { lineOfFault } from './yaml-fault.js';
import { parseYaml } from './yaml-file.js';

/**
 * How a text of configuration is written.
 *
 * @example
 * ```ts
 * const format: ConfigTextFormat = 'properties';
 * ```
 */
export type ConfigTextFormat = 'yaml' | 'json' | 'properties' | 'ini';

/**
 * What a text of configuration says.
 *
 * @example
 * ```ts
 * const { value }: ConfigText = await readConfigText('discount: 5', 'yaml'); // { discount: 5 }
 * ```
 */
export interface ConfigText {
  /** A tree, or of YAML and JSON what else they say; the values of properties and INI are texts, their keys may have dots. */
  readonly value: unknown;
  /** The line of a key of the tree; undefined where it is not known. */
  line(key: string): number | undefined;
  /** A scalar as it was written, where that says more than its value: a text declared `1.10` stays `1.10`. */
  written(key: string): string | undefined;
}

const TOP = 'value';

/**
 * Reads a text that a source of configuration got from elsewhere. YAML is that of the configuration files, without placeholders.
 *
 * @param text - at most what the source will take; nothing here limits it
 * @param format - how it is written
 * @throws ChassisError `CONFIG_UNREADABLE`, as a rejection, with the line in its message where that is known
 *
 * @example
 * ```ts
 * const { value } = await readConfigText('[shop]\ndiscount = 5', 'ini'); // { 'shop.discount': '5' }
 * ```
 */
export async function readConfigText(text: string, format: ConfigTextFormat): Promise<ConfigText> {
  try {
    if (format === 'properties') return saidBy(asFile(readProperties(text)), '');
    if (format === 'ini') return saidBy(asFile(readIni(text)), '');
    if (format === 'json') requireJson(text);
    return saidBy(await parseYaml(text, { environment: undefined, under: TOP }), TOP);
  } catch (error) {
    const line = lineOfFault(error);
    const { message: said } = error as Error;
    const message = /maximum call stack/i.test(said) ? 'it is nested too deeply' : said;
    throw coreError('CONFIG_UNREADABLE', line === undefined ? message : `line ${line}: ${message}`, { cause: error });
  }
}

function saidBy({ values, lines, written }: YamlFile, top: string): ConfigText {
  return {
    value: top === '' ? values : values[top],
    line: (key) => lines.get(joinKey(top, key)),
    written: (key) => written.get(joinKey(top, key)),
  };
}

/** What the parser of Node says of a fault may quote the text, which may be secret. */
function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    throw new Error(line === undefined ? 'this is no JSON' : `line ${line}: this is no JSON`, { cause: error });
  }
}
