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
  return { id, title, section: 'provider', measure, subject, peer, atLeast, command: command('provider') };
}

export const targets: readonly Target[] = [
  provider('get', 'fastify', 1),
  provider('post', 'fastify', 1),
  provider('get', 'raw', 0.76),
  provider('post', 'raw', 0.8),
  provider('get', 'nest-express', 5),
  provider('post', 'nest-express', 5),
  metrics('get', 'ours', 0.92),
  metrics('post', 'ours', 0.92),
  metrics('get', 'fastify-metrics', 1),
  metrics('post', 'fastify-metrics', 1),
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
];

/** Growth of the heap between 0.2 and 2.0 million requests, with the same number of handles. */
export const soakLimitMb = 5;
