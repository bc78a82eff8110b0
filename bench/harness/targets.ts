/** Every target: where its numbers come from, and what they have to be. */
import type { SectionName } from './settings.js';

export interface Target {
  readonly id: string;
  readonly title: string;
  readonly section: SectionName;
  readonly measure: string;
  readonly subject: string;
  readonly peer: string;
  /** Rates: the subject's over the peer's, and CPU time per request the other way round: higher is better in both. */
  readonly atLeast?: number;
  /** Costs: the subject's over the peer's: lower is better. */
  readonly atMost?: number;
  /** Costs: what the subject's exceed the peer's by, in the unit of the field. */
  readonly atMostMore?: number;
  /** The largest growth of any round, in MB. */
  readonly atMostGrownMb?: number;
  /** What a rate counts; default: requests. */
  readonly unit?: 'MB';
  readonly costs?: readonly ('wallMs' | 'cpuMs' | 'residentMb')[];
  readonly command: string;
}

const command = (section: SectionName) => `npm run bench -- ${section}`;

function provider(measure: 'get' | 'post', peer: string, atLeast: number): Target {
  const title = `${measure.toUpperCase()}: rate against ${peer}`;
  const id = `provider-${measure}-${peer}`;
  return { id, title, section: 'provider', measure, subject: 'ours', peer, atLeast, command: command('provider') };
}

function start(measure: 'compiled' | 'ts-node', peer: string, atMost: number): Target {
  const title = `First answer of hello, ${measure === 'compiled' ? 'compiled' : 'under ts-node with swc'}, against ${peer}`;
  const id = `start-${measure}-${peer}`;
  const costs = ['wallMs', 'cpuMs'] as const;
  return { id, title, section: 'start', measure, subject: 'ours', peer, atMost, costs, command: command('start') };
}

function metrics(measure: 'get' | 'post', peer: 'ours' | 'fastify-metrics', atLeast: number): Target {
  const beside = peer === 'ours' ? 'the same without' : 'Fastify with prom-client';
  const title = `${measure.toUpperCase()} with metrics: rate against ${beside}`;
  const id = `metrics-${measure}-${peer}`;
  const subject = 'ours-metrics';
  return { id, title, section: 'features', measure, subject, peer, atLeast, command: command('features') };
}

function observed(measure: 'get' | 'post'): Target {
  const title = `${measure.toUpperCase()} with metrics and 1 % of traces: rate against the same without, both with ambient context`;
  const peers = { subject: 'ours-observed', peer: 'ours-ambient' };
  const id = `observed-${measure}-ours-ambient`;
  return { id, title, section: 'features', measure, ...peers, atLeast: 0.92, command: command('features') };
}

function helmet(measure: 'get' | 'post'): Target {
  const title = `${measure.toUpperCase()} with helmet as a plain function: rate against Express with helmet`;
  const peers = { subject: 'ours-helmet', peer: 'express-helmet' };
  const id = `helmet-${measure}-express-helmet`;
  return { id, title, section: 'features', measure, ...peers, atLeast: 3, command: command('features') };
}

const streamed = {
  readable: '100 MB down from a stream of Node',
  iterable: '100 MB down from an async iterable',
  up: '100 MB up to a method that reads the bytes',
};
const ofStream = { section: 'stream', subject: 'ours', peer: 'raw', unit: 'MB', command: command('stream') } as const;

/** Memory: of four streams at once, which would hold up to 400 MB without back-pressure. */
function stream(measure: keyof typeof streamed): Target[] {
  const rate = `${streamed[measure]}: rate against raw`;
  const alike = `${streamed[measure]}: rate against raw in a process that an idle application has started in`;
  const memory = `${streamed[measure]}, four at once: how far resident memory grows above that at rest`;
  return [
    { id: `stream-${measure}`, title: rate, measure, atLeast: 0.9, ...ofStream },
    {
      id: `stream-${measure}-alike`,
      title: alike,
      measure,
      atLeast: 0.9,
      ...ofStream,
      peer: 'raw beside an idle application',
    },
    { id: `stream-${measure}-memory`, title: memory, measure: `four ${measure}`, atMostGrownMb: 100, ...ofStream },
  ];
}

function dev(peer: 'nest' | 'nest-swc'): Target {
  const beside = peer === 'nest' ? '`nest start --watch`' : '`nest start --watch --builder swc`';
  const title = `A restart in \`chassis dev\`, from saved file to changed answer, against ${beside}`;
  const measured = { section: 'dev', measure: 'restart', subject: 'ours', peer } as const;
  return { id: `dev-${peer}`, title, ...measured, atMost: 1, costs: ['wallMs'], command: command('dev') };
}

export const targets: readonly Target[] = [
  provider('get', 'fastify', 1),
  provider('post', 'fastify', 1),
  provider('get', 'raw', 0.76),
  provider('post', 'raw', 0.8),
  provider('get', 'nest-express', 5),
  provider('post', 'nest-express', 5),
  ...stream('readable'),
  ...stream('iterable'),
  ...stream('up'),
  helmet('get'),
  helmet('post'),
  metrics('get', 'ours', 0.92),
  metrics('post', 'ours', 0.92),
  metrics('get', 'fastify-metrics', 1),
  metrics('post', 'fastify-metrics', 1),
  observed('get'),
  observed('post'),
  {
    id: 'client-undici',
    title: 'Typed client through the consumer chain against a raw undici pool',
    section: 'client',
    measure: 'call',
    subject: 'ours',
    peer: 'undici',
    atLeast: 0.92,
    command: command('client'),
  },
  {
    id: 'handler-closure',
    title: 'A pass-through handler against an awaited async closure',
    section: 'handler',
    measure: 'link',
    subject: 'handler',
    peer: 'closure',
    atMost: 1.5,
    costs: ['cpuMs'],
    command: command('handler'),
  },
  {
    id: 'record-prom-client',
    title: 'A duration recorded in a histogram of ours against one of prom-client',
    section: 'handler',
    measure: 'record',
    subject: 'histogram',
    peer: 'prom-client',
    atMost: 0.2,
    costs: ['cpuMs'],
    command: command('handler'),
  },
  start('compiled', 'nest', 0.4),
  start('compiled', 'express', 1.4),
  {
    id: 'resident-express',
    title: 'Resident memory of hello against express',
    section: 'start',
    measure: 'compiled',
    subject: 'ours',
    peer: 'express',
    atMost: 1.3,
    costs: ['residentMb'],
    command: command('start'),
  },
  start('ts-node', 'nest', 0.65),
  start('ts-node', 'express', 1.35),
  {
    id: 'cli-help',
    title: '`chassis --help` against `node -e 0`',
    section: 'cli',
    measure: 'help',
    subject: 'chassis --help',
    peer: 'node -e 0',
    atMostMore: 60,
    costs: ['wallMs'],
    command: command('cli'),
  },
  dev('nest'),
  dev('nest-swc'),
];

/** Growth of the heap between 0.2 and 2.0 million requests, with the same number of handles. */
export const soakLimitMb = 5;
