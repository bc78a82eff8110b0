/** What was measured, as tables of Markdown. */
import { medianOf, ratioOf, worstOf } from './compare.js';
import type { SectionResult } from './results.js';
import { labels } from './subjects.js';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function number(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits);
}

function rateTable(section: SectionResult, peer: string): string {
  const measures = [...new Set(section.samples.map((sample) => sample.measure))];
  const names = [...new Set(section.samples.map((sample) => sample.subject))];
  const ordered = Object.keys(labels).filter((name) => names.includes(name));
  const rows = measures.flatMap((measure) =>
    ordered.map((name) => {
      const pair = { measure, subject: name, peer };
      const cpu = medianOf(section, measure, name, 'cpuMs');
      const cpuRatio = ratioOf(section, pair, 'cpuMs');
      return [
        measure.toUpperCase(),
        labels[name] ?? name,
        number(medianOf(section, measure, name, 'rate'), 0),
        number(ratioOf(section, pair, 'rate'), 2),
        number(cpu === undefined ? undefined : cpu * 1000, 1),
        number(cpuRatio === undefined ? undefined : 1 / cpuRatio, 2),
      ];
    }),
  );
  return table(['Route', 'Server', 'Requests/s', `x ${peer}`, 'us CPU per request', `x ${peer}, by CPU`], rows);
}

function startTable(section: SectionResult): string {
  const measures = [...new Set(section.samples.map((sample) => sample.measure))];
  const names = [...new Set(section.samples.map((sample) => sample.subject))];
  const rows = measures.flatMap((measure) =>
    names.map((name) => {
      const value = (field: 'wallMs' | 'cpuMs' | 'residentMb') =>
        medianOf(section, measure, name, field)?.toFixed(0) ?? '-';
      return [measure, name, value('wallMs'), value('cpuMs'), value('residentMb')];
    }),
  );
  return table(['Hello', 'Server', 'Wall ms', 'CPU ms', 'Resident MB'], rows);
}

function clientTable(section: SectionResult): string {
  const names = [...new Set(section.samples.map((sample) => sample.subject))];
  const rows = names.map((name) => {
    const cpu = medianOf(section, 'call', name, 'cpuMs') ?? Number.NaN;
    const ratio = ratioOf(section, { measure: 'call', subject: name, peer: 'undici' }, 'rate');
    return [
      name,
      (medianOf(section, 'call', name, 'rate') ?? 0).toFixed(0),
      (cpu * 1000).toFixed(1),
      ratio?.toFixed(2) ?? '-',
    ];
  });
  return table(['Client', 'Calls/s', 'us CPU per call', 'x undici'], rows);
}

function streamTable(section: SectionResult): string {
  const measures = [...new Set(section.samples.map((sample) => sample.measure))];
  const names = [...new Set(section.samples.map((sample) => sample.subject))];
  const rows = measures.flatMap((measure) =>
    names.map((name) => {
      const cpu = medianOf(section, measure, name, 'cpuMs');
      const cpuRatio = ratioOf(section, { measure, subject: name, peer: 'raw' }, 'cpuMs');
      return [
        measure,
        name,
        number(medianOf(section, measure, name, 'rate'), 0),
        number(ratioOf(section, { measure, subject: name, peer: 'raw' }, 'rate'), 2),
        number(cpu === undefined ? undefined : cpu * 1000, 0),
        number(cpuRatio === undefined ? undefined : 1 / cpuRatio, 2),
        number(medianOf(section, measure, name, 'residentMb'), 0),
      ];
    }),
  );
  return table(['Way', 'Server', 'MB/s', 'x raw', 'us CPU per MB', 'x raw, by CPU', 'Largest resident MB'], rows);
}

/** Nanoseconds, and how many awaited closures that is. */
function costTable(section: SectionResult): string {
  const nanoseconds = (measure: string, subject: string) =>
    (medianOf(section, measure, subject, 'cpuMs') ?? Number.NaN) * 1e6;
  const closure = nanoseconds('choice', 'closure');
  const pairs = new Map(section.samples.map(({ measure, subject }) => [`${measure} ${subject}`, { measure, subject }]));
  const rows = [...pairs.values()].map(({ measure, subject }) => {
    const cost = nanoseconds(measure, subject);
    return [measure === 'choice' ? '' : measure, subject, cost.toFixed(0), (cost / closure).toFixed(1)];
  });
  return table(['Task', 'By', 'ns per call', 'x awaited closure'], rows);
}

function reloadTable(section: SectionResult): string {
  const timed = section.samples.filter(({ wallMs }) => wallMs !== undefined);
  const pairs = new Map(timed.map(({ measure, subject }) => [`${measure} ${subject}`, { measure, subject }]));
  const rows = [...pairs.values()].map(({ measure, subject }) => [
    measure,
    subject,
    number(medianOf(section, measure, subject, 'wallMs'), 1),
    number(worstOf(section, measure, subject), 1),
  ]);
  return table(['Measured', 'When', 'Median ms', 'Longest ms'], rows);
}

/** Of sections that know nothing but how long something took. */
function wallTable(section: SectionResult): string {
  const measure = section.samples[0]?.measure ?? '';
  const names = [...new Set(section.samples.map((sample) => sample.subject))];
  const rows = names.map((name) => {
    const all = section.samples
      .filter((sample) => sample.subject === name)
      .map((sample) => sample.wallMs ?? Number.NaN);
    const median = number(medianOf(section, measure, name, 'wallMs'), 0);
    return [name, median, number(Math.min(...all), 0), number(Math.max(...all), 0)];
  });
  return table(['Program', 'Median ms', 'Shortest ms', 'Longest ms'], rows);
}

/** Of sections whose subjects have names that speak for themselves. */
function ratioTable(section: SectionResult, peer: string): string {
  const pairs = new Map(section.samples.map(({ measure, subject }) => [`${measure} ${subject}`, { measure, subject }]));
  const rows = [...pairs.values()]
    .sort((left, right) => left.measure.localeCompare(right.measure))
    .map(({ measure, subject }) => {
      const pair = { measure, subject, peer };
      const cpu = medianOf(section, measure, subject, 'cpuMs');
      const cpuRatio = ratioOf(section, pair, 'cpuMs');
      return [
        measure,
        subject,
        number(medianOf(section, measure, subject, 'rate'), 0),
        number(ratioOf(section, pair, 'rate'), 2),
        number(cpu === undefined ? undefined : cpu * 1000, 1),
        number(cpuRatio === undefined ? undefined : 1 / cpuRatio, 2),
      ];
    });
  return table(['Calls', 'By', 'Calls/s', `x ${peer}`, 'us CPU per call', `x ${peer}, by CPU`], rows);
}

/** What was measured of each, in whatever it is counted. */
function registryTable(section: SectionResult): string {
  const pairs = new Map(section.samples.map(({ measure, subject }) => [`${measure} ${subject}`, { measure, subject }]));
  const rows = [...pairs.values()].map(({ measure, subject }) => {
    const of = (field: 'wallMs' | 'cpuMs' | 'bytes' | 'residentMb') => medianOf(section, measure, subject, field);
    const cpu = of('cpuMs');
    const worst = of('wallMs') === undefined ? undefined : worstOf(section, measure, subject);
    const heaps = section.samples.filter((one) => one.measure === measure && one.subject === subject);
    const heap = heaps.flatMap(({ heapMb }) => heapMb?.toFixed(1) ?? []).join(', ');
    return [
      measure,
      subject,
      number(of('wallMs'), 1),
      number(worst, 1),
      number(cpu === undefined ? undefined : cpu * 1000, 1),
      number(of('bytes'), 0),
      heap || '-',
      number(of('residentMb'), 0),
    ];
  });
  const head = ['Measured', 'Of', 'Median ms', 'Longest ms', 'us CPU', 'Bytes', 'Heap in MB, in turn', 'Resident MB'];
  return table(head, rows);
}

/** The tables of the sections that have one. */
export const tables: Partial<Record<SectionResult['section'], (section: SectionResult) => string>> = {
  provider: (section) => rateTable(section, 'raw'),
  features: (section) => rateTable(section, 'ours'),
  governed: (section) => rateTable(section, 'raw'),
  callers: clientTable,
  governance: costTable,
  reload: reloadTable,
  stream: streamTable,
  client: clientTable,
  grpc: (section) => ratioTable(section, 'grpc-js'),
  grpcclient: (section) => ratioTable(section, 'grpc-js'),
  private: (section) => ratioTable(section, 'rest'),
  tls: (section) => ratioTable(section, 'rest'),
  registry: registryTable,
  start: startTable,
  cli: wallTable,
  dev: wallTable,
};
