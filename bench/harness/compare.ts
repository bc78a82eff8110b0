/** Medians, and ratios and differences taken within each round, where both sides met the same machine. */
import type { Sample, SectionResult } from './results.js';
import { median } from './statistics.js';

export type Field = 'rate' | 'cpuMs' | 'wallMs' | 'residentMb' | 'bytes';

export interface Pair {
  readonly measure: string;
  readonly subject: string;
  readonly peer: string;
}

function samplesOf(section: SectionResult, measure: string, subject: string): Sample[] {
  return section.samples.filter((sample) => sample.measure === measure && sample.subject === subject);
}

/** Undisturbed rounds when at least three are left, else all. */
function usable(samples: readonly Sample[]): readonly Sample[] {
  const clean = samples.filter((sample) => sample.clean);
  return clean.length >= 3 ? clean : samples;
}

function values(samples: readonly Sample[], field: Field): number[] {
  return samples.map((sample) => sample[field]).filter((value): value is number => value !== undefined);
}

export function medianOf(section: SectionResult, measure: string, subject: string, field: Field): number | undefined {
  const found = values(usable(samplesOf(section, measure, subject)), field);
  return found.length > 0 ? median(found) : undefined;
}

/** The largest of all rounds, disturbed ones too. */
export function largestGrowth(section: SectionResult, measure: string, subject: string): number | undefined {
  const found = samplesOf(section, measure, subject).flatMap(({ grownMb }) => grownMb ?? []);
  return found.length > 0 ? Math.max(...found) : undefined;
}

/** The largest of all rounds. */
export function worstOf(section: SectionResult, measure: string, subject: string): number | undefined {
  const found = values(samplesOf(section, measure, subject), 'wallMs');
  return found.length > 0 ? Math.max(...found) : undefined;
}

/** Both sides of the rounds that are left of both. */
function pairsOf(section: SectionResult, pair: Pair, field: Field): { own: number; other: number }[] {
  const peers = new Map(usable(samplesOf(section, pair.measure, pair.peer)).map((sample) => [sample.round, sample]));
  return usable(samplesOf(section, pair.measure, pair.subject)).flatMap((sample) => {
    const own = sample[field];
    const other = peers.get(sample.round)?.[field];
    return own !== undefined && other !== undefined && other > 0 ? [{ own, other }] : [];
  });
}

/** Median over the rounds of subject / peer of the same round. */
export function ratioOf(section: SectionResult, pair: Pair, field: Field): number | undefined {
  const pairs = pairsOf(section, pair, field);
  return pairs.length > 0 ? median(pairs.map(({ own, other }) => own / other)) : undefined;
}

/** Median over the rounds of subject - peer of the same round. */
export function differenceOf(section: SectionResult, pair: Pair, field: Field): number | undefined {
  const pairs = pairsOf(section, pair, field);
  return pairs.length > 0 ? median(pairs.map(({ own, other }) => own - other)) : undefined;
}

/** How many rounds of a pair were undisturbed, of how many. */
export function cleanRounds(section: SectionResult, pair: Pair): string {
  const own = samplesOf(section, pair.measure, pair.subject);
  const disturbed = new Set(
    [...own, ...samplesOf(section, pair.measure, pair.peer)]
      .filter((sample) => !sample.clean)
      .map((sample) => sample.round),
  );
  return `${own.length - disturbed.size}/${own.length}`;
}
