import type { YamlFile, YamlReading } from './yaml-document.js';
import { readInThread } from './yaml-thread.js';

/** To parse more characters than these takes so long that it is left to a thread. */
const LONG = 65_536;

/**
 * Parses one file of configuration, YAML or JSON, a long one in a thread of its own. The parser is loaded here, when the first file is
 * there to be read.
 *
 * @throws YamlFault with the line of the first thing that is wrong
 */
export async function parseYaml(text: string, reading: YamlReading): Promise<YamlFile> {
  const read = text.length < LONG ? undefined : await readInThread(text, reading);
  if (read) return read;
  const { readYaml } = await import('./yaml-library.js');
  return readYaml(text, reading);
}
