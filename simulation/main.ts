import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { svgOf } from './report/chart.js';
import { expectationTable, pageOf, plainTable } from './report/page.js';
import type { Section } from './report/section.js';
import { scenarios } from './scenarios/all.js';

const HELP = `npm run simulate -- [scenario ...] [--seed n] [--scale x] [--write]

  --seed n    same seed, same numbers; default 1
  --scale x   how large fleets are, against their full size; default 1
  --write     write docs/simulation.md and its plots; only with all scenarios at full size

Scenarios: ${scenarios.map(({ name }) => name).join(', ')}`;

interface Arguments {
  readonly names: readonly string[];
  readonly seed: number;
  readonly scale: number;
  readonly write: boolean;
}

function readArguments(): Arguments | string {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      scale: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return HELP;
  const [seed, scale] = [Number(values.seed), Number(values.scale)];
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed: expected a whole number, got '${values.seed}'`);
  if (!(scale > 0 && scale <= 1))
    throw new Error(`--scale: expected a number above 0 and up to 1, got '${values.scale}'`);
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`there is no scenario '${unknown}'\n\n${HELP}`);
  if (values.write && (names.length > 0 || scale !== 1)) {
    throw new Error('--write takes all scenarios at full size, as the page shows all of them');
  }
  return { names, seed, scale, write: values.write };
}

async function simulate({ names, seed, scale }: Arguments): Promise<Section[]> {
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  const sections: Section[] = [];
  for (const { name, run } of chosen) {
    const began = process.hrtime.bigint();
    const section = await run({ seed, scale });
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    console.log(`\n${section.title} (${name}, ${seconds.toFixed(1)} s)\n`);
    for (const table of section.tables) console.log(`${plainTable(table)}\n`);
    console.log(plainTable(expectationTable(section.expectations, 'Expectations')));
    sections.push(section);
  }
  return sections;
}

function write(seed: number, sections: readonly Section[]): void {
  const folder = join('docs', 'simulation');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  for (const chart of sections.flatMap(({ charts }) => charts)) {
    writeFileSync(join(folder, `${chart.file}.svg`), svgOf(chart));
  }
  writeFileSync(join('docs', 'simulation.md'), pageOf({ seed, sections }));
}

async function main(): Promise<void> {
  const read = readArguments();
  if (typeof read === 'string') return console.log(read);
  const sections = await simulate(read);
  if (read.write) write(read.seed, sections);
  const all = sections.flatMap(({ expectations }) => expectations);
  const met = all.filter((expectation) => expectation.met).length;
  console.log(`\n${met} of ${all.length} expectations are met`);
  if (met < all.length) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
