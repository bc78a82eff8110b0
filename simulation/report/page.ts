import type { Expectation, Section, Table } from './section.js';

export interface PageOptions {
  readonly seed: number;
  readonly sections: readonly Section[];
}

/** The whole of `docs/simulation.md`. Nothing in it depends on the machine, so that a second run writes the same text. */
export function pageOf({ seed, sections }: PageOptions): string {
  return [
    '# Simulation',
    '',
    INTRODUCTION,
    '',
    '```sh',
    `npm run simulate -- --seed ${seed} --write`,
    '```',
    '',
    'A scenario is run alone by its name, `npm run simulate -- ejection`; `npm run simulate -- --help` lists them.',
    '',
    '## Expectations',
    '',
    ...summary(sections),
    ...sections.flatMap(sectionText),
    '## What a simulation does not show',
    '',
    LIMITS,
    '',
  ].join('\n');
}

const INTRODUCTION = `What one machine cannot hold is run in virtual time: thousands of servers, clients and zones, faults and deployments, as a queue of events.
The servers, the network and the users are models. What is examined is not: the balancer runs as a whole, and of retries, breakers, limits, shedding and
routes the algorithms, all from the sources of \`packages/governance\`, with the clock and the chance of the simulation. What calls those algorithms is a few
lines here that do what the handlers do. The same seed gives the same numbers. This page and its plots are written by the command:`;

const LIMITS = `- The time of the processor that the framework itself takes: see [benchmarks](benchmarks.md).
- Sockets, proxies, garbage collection and the scheduler: the process tests kill, reset and hang real ones.
- Servers are queues with a number of workers; a process whose work slows down as it piles up would suffer more under overload than these do.
- A client's view of the registry is complete and, unless a scenario says otherwise, up to date.`;

function summary(sections: readonly Section[]): string[] {
  const all = sections.flatMap(({ expectations }) => expectations);
  const met = all.filter((expectation) => expectation.met).length;
  return [
    `${met} of ${all.length} are met; each stands with its scenario below. What is asked was set by hand, for much of it with a first run in
view: a verdict tells whether it still holds, and no more.`,
    '',
  ];
}

function sectionText({ title, name, text, tables, charts, expectations }: Section): string[] {
  return [
    `## ${title}`,
    '',
    text,
    '',
    ...tables.flatMap(tableText),
    ...charts.flatMap((chart) => [`![${chart.title}](simulation/${chart.file}.svg)`, '']),
    ...tableText(expectationTable(expectations, `\`npm run simulate -- ${name}\``)),
  ];
}

export function expectationTable(expectations: readonly Expectation[], caption: string): Table {
  return {
    caption,
    head: ['Expectation', 'Asked', 'Measured', 'Verdict'],
    rows: expectations.map(({ what, asked, measured, met }) => [what, asked, measured, met ? 'PASS' : 'MISS']),
  };
}

function tableText({ caption, head, rows }: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [`${caption}:`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

/** A table as it is shown on a terminal. */
export function plainTable({ caption, head, rows }: Table): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [caption, line(head), ...rows.map(line)].map((text) => `  ${text}`.trimEnd()).join('\n');
}
