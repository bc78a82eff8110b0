/** Each section of each Node line has one file in results/: a later run of a part replaces only that part. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, type MachineNote } from './machine.js';
import type { SectionName } from './settings.js';

const results = join(__dirname, '..', '..', 'results');

/** Quick runs have a folder of their own. */
function folderOf(quick: boolean): string {
  return quick ? join(results, 'quick') : results;
}

/** The smallest thing that is reported: what was measured, on whom, in which round. */
export interface Sample {
  readonly subject: string;
  readonly measure: string;
  readonly round: number;
  /** Higher is better: requests, calls or megabytes per second. */
  readonly rate?: number;
  /** Lower is better: CPU time per request, start or megabyte, in milliseconds. */
  readonly cpuMs?: number;
  /** Lower is better: wall time in milliseconds. */
  readonly wallMs?: number;
  readonly residentMb?: number;
  /** How far resident memory grew above that at rest. */
  readonly grownMb?: number;
  readonly heapMb?: number;
  /** Lower is better: what one of many holds. */
  readonly bytes?: number;
  readonly handles?: number;
  /** Lower is better: how many a server was asked. */
  readonly requests?: number;
  /** Of TLS, while it was measured. */
  readonly handshakes?: number;
  readonly cpuShare?: number;
  readonly steal?: readonly number[];
  readonly clean: boolean;
}

export interface SectionResult {
  readonly section: SectionName;
  readonly node: string;
  readonly date: string;
  readonly machine: MachineNote;
  readonly notes: readonly string[];
  readonly samples: readonly Sample[];
}

export function saveSection(part: Pick<SectionResult, 'section' | 'node' | 'notes' | 'samples'>, quick: boolean): void {
  const folder = folderOf(quick);
  mkdirSync(folder, { recursive: true });
  const major = /^v?([0-9]+)/.exec(part.node)?.[1];
  const result: SectionResult = { ...part, date: new Date().toISOString(), machine: describeMachine() };
  writeFileSync(join(folder, `${part.section}-node${major}.json`), `${JSON.stringify(result, null, 1)}\n`);
}

export function loadSections(quick: boolean): SectionResult[] {
  const folder = folderOf(quick);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => /^[a-z]+-node[0-9]+\.json$/.test(name));
  return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as SectionResult);
}
