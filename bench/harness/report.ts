/** Writes docs/benchmarks.md from the newest results of every section. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSections, type SectionResult } from './results.js';
import { table, tables } from './tables.js';
import { targets } from './targets.js';
import { type Row, rowOf, soakRow } from './verdicts.js';

const bench = join(__dirname, '..', '..');
const page = join(bench, '..', 'docs', 'benchmarks.md');
const targetLine = 20;

function major(section: SectionResult): number {
  return Number(/[0-9]+/.exec(section.node)?.[0]);
}

function rowsOf(sections: readonly SectionResult[]): Row[] {
  const rows = targets.map((target) => {
    const section = sections.find((one) => one.section === target.section);
    return rowOf(target, section);
  });
  return [...rows, soakRow(sections.find((one) => one.section === 'soak'))];
}

function targetTable(rows: readonly Row[]): string {
  const head = ['Target', 'Asked', 'Measured', 'Ratio', 'Quiet rounds', 'Verdict', 'Command'];
  const lines = rows.map((row) => [
    row.title,
    row.target,
    row.value,
    row.ratio,
    row.clean,
    row.verdict,
    `\`${row.command}\``,
  ]);
  return table(head, lines);
}

function details(section: SectionResult): string {
  const { machine } = section;
  const where = `${machine.processors} x ${machine.model}, ${machine.pinned ? 'pinned' : 'not pinned'}, load before the run ${machine.load.toFixed(1)}`;
  const lines = [
    `### ${section.section}, Node ${section.node}`,
    '',
    `${section.date.slice(0, 16).replace('T', ' ')} UTC; ${where}.`,
  ];
  lines.push(...section.notes.map((note) => `- ${note}`));
  const make = tables[section.section];
  if (make) lines.push('', make(section));
  return lines.join('\n');
}

/** A MISS is explained by a page of its own in bench/notes, named after the target. */
function explanations(rows: readonly Row[]): string[] {
  return rows
    .filter((row) => row.verdict.startsWith('MISS'))
    .map((row) => {
      const path = join(bench, 'notes', `${row.id}.md`);
      const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : 'Not explained yet.';
      return `### ${row.title}: ${row.verdict}\n\n${text}`;
    });
}

export function writeReport(quick: boolean): void {
  const sections = loadSections(quick);
  const primary = sections.filter((section) => major(section) === targetLine);
  const rows = rowsOf(primary);
  for (const row of rows) console.log(`${row.verdict.padEnd(12)} ${row.title}: ${row.ratio} (${row.target})`);
  if (!quick) writePage(sections, rows);
}

function writePage(sections: readonly SectionResult[], rows: readonly Row[]): void {
  const misses = explanations(rows);
  const intro = readFileSync(join(bench, 'notes', 'introduction.md'), 'utf8').trim();
  const parts = [intro, '## Targets', targetTable(rows)];
  if (misses.length > 0) parts.push('## What was missed, and what it would take', ...misses);
  parts.push('## What was measured', ...[...sections].sort((left, right) => major(left) - major(right)).map(details));
  writeFileSync(page, `${parts.join('\n\n')}\n`);
  console.log('written: docs/benchmarks.md');
}
