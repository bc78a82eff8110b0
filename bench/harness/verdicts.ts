/** Each target beside what was measured. */
import { cleanRounds, differenceOf, type Field, largestGrowth, medianOf, ratioOf, worstOf } from './compare.js';
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

const names: Record<Field, string> = { rate: 'rate', cpuMs: 'CPU', wallMs: 'wall', residentMb: 'RSS', bytes: 'heap' };

function shown(field: Field, value: number, unit = ''): string {
  if (field === 'rate') return `${Math.round(value).toLocaleString('en-US')}${unit && ` ${unit}`}/s`;
  if (field === 'residentMb') return `${value.toFixed(1)} MB`;
  if (value < 0.001) return `${(value * 1e6).toFixed(0)} ns`;
  return value < 1 ? `${(value * 1000).toFixed(1)} us` : `${value.toFixed(0)} ms`;
}

interface Judged {
  readonly field: Field;
  readonly value: number;
  /** Beside the peer, as it is written. */
  readonly beside: string;
  readonly passed: boolean;
}

function judge(target: Target, section: SectionResult): Judged[] {
  const fields: readonly Field[] = target.costs ?? ['rate', 'cpuMs'];
  return fields.flatMap((field) => {
    const value = medianOf(section, target.measure, target.subject, field);
    if (value === undefined) return [];
    const { atMostMore } = target;
    if (atMostMore !== undefined) {
      const more = differenceOf(section, target, field);
      return more === undefined ? [] : [{ field, value, beside: `+${more.toFixed(0)} ms`, passed: more <= atMostMore }];
    }
    const ratio = ratioOf(section, target, field);
    return ratio === undefined ? [] : [{ field, value, ...judgeRatio(target, field, ratio) }];
  });
}

function judgeRatio({ atMost, atLeast = 0 }: Target, field: Field, ratio: number): Omit<Judged, 'field' | 'value'> {
  if (atMost !== undefined) return { beside: ratio.toFixed(2), passed: ratio <= atMost };
  const upward = field === 'rate' ? ratio : 1 / ratio;
  return { beside: upward.toFixed(2), passed: upward >= atLeast };
}

function askedOf({ atLeast, atMost, atMostMore }: Target): string {
  if (atMostMore !== undefined) return `at most ${atMostMore} ms more`;
  return atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
}

function verdict(judged: readonly Judged[]): string {
  const missed = judged.filter((one) => !one.passed);
  if (missed.length === 0) return 'PASS';
  return missed.length === judged.length ? 'MISS' : `MISS (${missed.map((one) => names[one.field]).join(', ')})`;
}

const notMeasured = { value: '-', ratio: '-', clean: '-', verdict: 'not measured' };

function growthRow(target: Target, limit: number, section: SectionResult | undefined): Row {
  const { id, title, command, measure, subject, peer } = target;
  const row = { id, title, command, target: `at most ${limit} MB` };
  const own = section && largestGrowth(section, measure, subject);
  const other = section && largestGrowth(section, measure, peer);
  if (!section || own === undefined || other === undefined) return { ...row, ...notMeasured };
  const clean = cleanRounds(section, target);
  const value = `RSS +${own.toFixed(0)} MB (${peer} +${other.toFixed(0)} MB)`;
  return { ...row, value, ratio: `+${own.toFixed(0)} MB`, clean, verdict: own <= limit ? 'PASS' : 'MISS' };
}

interface Limit {
  readonly limit: number;
  readonly unit: 'ms' | 'ms CPU' | 'bytes';
}

/** Of a limit that stands alone. */
function alone(target: Target, section: SectionResult | undefined, asked: Limit): Row {
  const { id, title, command, measure, subject, atMostMs } = target;
  const row = {
    id,
    title,
    command,
    target: `${asked.unit === 'bytes' ? 'fewer than' : 'below'} ${asked.limit} ${asked.unit}`,
  };
  const find = atMostMs?.of === 'worst' ? worstOf : medianOf;
  const field = ({ ms: 'wallMs', 'ms CPU': 'cpuMs', bytes: 'bytes' } as const)[asked.unit];
  const found = section && find(section, measure, subject, field);
  if (found === undefined) return { ...row, ...notMeasured };
  const value = `${found.toFixed({ ms: 1, 'ms CPU': 3, bytes: 0 }[asked.unit])} ${asked.unit}`;
  return { ...row, value, ratio: value, clean: '-', verdict: found < asked.limit ? 'PASS' : 'MISS' };
}

/** Of what the subject holds at its last reading, beside the first. */
function heapRow(target: Target, limit: number, section: SectionResult | undefined): Row {
  const { id, title, command, subject } = target;
  const row = { id, title, command, target: `at most +${limit} MB` };
  const heaps = (section?.samples ?? []).filter((one) => one.subject === subject).flatMap(({ heapMb }) => heapMb ?? []);
  const [early, late] = [heaps[0], heaps.at(-1)];
  if (early === undefined || late === undefined || heaps.length < 2) return { ...row, ...notMeasured };
  const growth = late - early;
  const value = `${early.toFixed(1)} MB then ${late.toFixed(1)} MB`;
  const verdict = growth <= limit ? 'PASS' : 'MISS';
  return { ...row, value, ratio: `${growth >= 0 ? '+' : ''}${growth.toFixed(2)} MB`, clean: '-', verdict };
}

function handshakesRow(target: Target, limit: number, section: SectionResult | undefined): Row {
  const { id, title, command, subject } = target;
  const row = { id, title, command, target: limit === 0 ? 'none' : `at most ${limit}` };
  const made = (section?.samples ?? []).filter((one) => one.subject === subject).flatMap((one) => one.handshakes ?? []);
  if (made.length === 0) return { ...row, ...notMeasured };
  const most = Math.max(...made);
  const verdict = most <= limit ? 'PASS' : 'MISS';
  return { ...row, value: `${most} in ${made.length} rounds`, ratio: String(most), clean: '-', verdict };
}

function requestsRow(target: Target, limit: number, section: SectionResult | undefined): Row {
  const { id, title, command, measure, subject } = target;
  const row = { id, title, command, target: `at most ${limit}` };
  const samples = (section?.samples ?? []).filter((one) => one.measure === measure && one.subject === subject);
  if (samples.length === 0) return { ...row, ...notMeasured };
  const all = samples.reduce((sum, { requests = 0 }) => sum + requests, 0);
  return { ...row, value: String(all), ratio: String(all), clean: '-', verdict: all <= limit ? 'PASS' : 'MISS' };
}

export function rowOf(target: Target, section: SectionResult | undefined): Row {
  const { atMostMs, atMostCpuMs, atMostRequests, fewerBytesThan, atMostHeapMb, atMostHandshakes } = target;
  if (atMostHeapMb !== undefined) return heapRow(target, atMostHeapMb, section);
  if (atMostHandshakes !== undefined) return handshakesRow(target, atMostHandshakes, section);
  if (atMostRequests !== undefined) return requestsRow(target, atMostRequests, section);
  if (atMostCpuMs !== undefined) return alone(target, section, { limit: atMostCpuMs, unit: 'ms CPU' });
  if (atMostMs) return alone(target, section, { limit: atMostMs.limit, unit: 'ms' });
  if (fewerBytesThan !== undefined) return alone(target, section, { limit: fewerBytesThan, unit: 'bytes' });
  if (target.atMostGrownMb !== undefined) return growthRow(target, target.atMostGrownMb, section);
  const judged = section ? judge(target, section) : [];
  const { id, title, command } = target;
  const asked = askedOf(target);
  if (!section || judged.length === 0) return { id, title, command, target: asked, ...notMeasured };
  return {
    id,
    title,
    command,
    target: asked,
    value: judged.map((one) => `${names[one.field]} ${shown(one.field, one.value, target.unit)}`).join(', '),
    ratio: judged.map((one) => `${names[one.field]} ${one.beside}`).join(', '),
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
