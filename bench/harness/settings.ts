/** What the command line asks for. */

export const sectionNames = [
  'provider',
  'features',
  'stream',
  'client',
  'handler',
  'governance',
  'governed',
  'callers',
  'grpc',
  'grpcclient',
  'grpcsoak',
  'private',
  'tls',
  'registry',
  'reload',
  'start',
  'cli',
  'dev',
  'soak',
] as const;
export type SectionName = (typeof sectionNames)[number];

export interface Settings {
  readonly sections: readonly SectionName[];
  readonly peersOnly: boolean;
  /** Shows that everything runs; proves nothing, so the page is not written. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly nodes: readonly number[];
  readonly only?: readonly string[];
}

export const usage = `npm run bench -- [section ...] [option ...]
  sections   ${sectionNames.join('  ')}   (default: all, then the report)
             report                  write docs/benchmarks.md from what was measured last
             profile <peer> <route>  a CPU profile of one server under load: where its time goes
  options    --rounds N (5)  --seconds N (4)  --warm-up N (4)  --node 20,24  --peers raw,ours
             --peers-only            leave ts-chassis itself out
             --quick                 two short rounds, to see that everything runs; the page is not written`;

interface Raw {
  words: string[];
  options: Map<string, string>;
}

const flags = new Set(['quick', 'peers-only']);

function split(parameters: readonly string[]): Raw {
  const raw: Raw = { words: [], options: new Map() };
  for (let index = 0; index < parameters.length; index += 1) {
    const word = parameters[index] as string;
    if (!word.startsWith('--')) raw.words.push(word);
    else if (flags.has(word.slice(2))) raw.options.set(word.slice(2), 'yes');
    else raw.options.set(word.slice(2), parameters[(index += 1)] ?? '');
  }
  return raw;
}

function isSection(word: string): word is SectionName {
  return (sectionNames as readonly string[]).includes(word);
}

export function readSettings(parameters: readonly string[]): Settings {
  const { words, options } = split(parameters);
  const unknown = words.find((word) => !isSection(word));
  if (unknown !== undefined) throw new Error(`unknown section ${unknown}\n${usage}`);
  const quick = options.has('quick');
  const number = (name: string, otherwise: number) => Number(options.get(name) ?? otherwise);
  const only = options.get('peers')?.split(',');
  return {
    sections: words.length > 0 ? words.filter(isSection) : sectionNames,
    peersOnly: options.has('peers-only'),
    quick,
    rounds: number('rounds', quick ? 2 : 5),
    seconds: number('seconds', quick ? 1 : 4),
    warmUpSeconds: number('warm-up', quick ? 1 : 4),
    nodes: (options.get('node') ?? '20,24').split(',').map(Number),
    ...(only ? { only } : {}),
  };
}
