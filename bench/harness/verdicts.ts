/** Each target beside what was measured. */
import { cleanRounds, type Field, medianOf, ratioOf } from './compare.js';
import type { SectionResult } from './results.js';
import { soakLimitMb, type Target } from './targets.js';

export interface Row {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  readonly value: string;
  readonly ratio: string;
  readonly clean: string;
  readonly verdict: string;
  readonly command: string;
}

const names: Record<Field, string> = { rate: 'rate', cpuMs: 'CPU', wallMs: 'wall', residentMb: 'RSS' };

function shown(field: Field, value: number): string {
  if (field === 'rate') return `${Math.round(value).toLocaleString('en-US')}/s`;
  if (field === 'residentMb') return `${value.toFixed(1)} MB`;
  if (value < 0.001) return `${(value * 1e6).toFixed(0)} ns`;
  return value < 1 ? `${(value * 1000).toFixed(1)} us` : `${value.toFixed(0)} ms`;
}

interface Judged {
  readonly field: Field;
  readonly value: number;
  readonly ratio: number;
  readonly passed: boolean;
}

function judge(target: Target, section: SectionResult): Judged[] {
  const fields: readonly Field[] = target.costs ?? ['rate', 'cpuMs'];
  return fields.flatMap((field) => {
    const value = medianOf(section, target.measure, target.subject, field);
    const ratio = ratioOf(section, target, field);
    if (value === undefined || ratio === undefined) return [];
    if (target.atMost !== undefined) return [{ field, value, ratio, passed: ratio <= target.atMost }];
    const upward = field === 'rate' ? ratio : 1 / ratio;
    return [{ field, value, ratio: upward, passed: upward >= (target.atLeast ?? 0) }];
  });
}

function verdict(judged: readonly Judged[]): string {
  const missed = judged.filter((one) => !one.passed);
  if (missed.length === 0) return 'PASS';
  return missed.length === judged.length ? 'MISS' : `MISS (${missed.map((one) => names[one.field]).join(', ')})`;
}

const notMeasured = { value: '-', ratio: '-', clean: '-', verdict: 'not measured' };

export function rowOf(target: Target, section: SectionResult | undefined): Row {
  const judged = section ? judge(target, section) : [];
  const { id, title, command } = target;
  const asked = target.atMost === undefined ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
  if (!section || judged.length === 0) return { id, title, command, target: asked, ...notMeasured };
  return {
    id,
    title,
    command,
    target: asked,
    value: judged.map((one) => `${names[one.field]} ${shown(one.field, one.value)}`).join(', '),
    ratio: judged.map((one) => `${names[one.field]} ${one.ratio.toFixed(2)}`).join(', '),
    clean: cleanRounds(section, target),
    verdict: verdict(judged),
  };
}

const soak = {
  id: 'soak-heap',
  title: 'Heap after a forced collection at 2.0 million requests beside 0.2 million, and handles',
  target: `at most +${soakLimitMb} MB, same handles`,
  command: 'npm run bench -- soak',
};

export function soakRow(section: SectionResult | undefined): Row {
  const [early, late] = (section?.samples ?? []).filter((sample) => sample.subject === 'ours');
  if (early?.heapMb === undefined || late?.heapMb === undefined) return { ...soak, ...notMeasured };
  const growth = late.heapMb - early.heapMb;
  const sameHandles = early.handles === late.handles;
  return {
    ...soak,
    value: `${early.heapMb.toFixed(1)} MB then ${late.heapMb.toFixed(1)} MB, ${early.handles} then ${late.handles} handles`,
    ratio: `${growth >= 0 ? '+' : ''}${growth.toFixed(2)} MB`,
    clean: '-',
    verdict: growth <= soakLimitMb && sameHandles ? 'PASS' : 'MISS',
  };
}
