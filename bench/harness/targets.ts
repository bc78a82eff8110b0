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
  /** Costs: the subject's alone, whoever is beside it: the largest of all rounds, or the median. */
  readonly atMostMs?: { readonly limit: number; readonly of: 'worst' | 'median' };
  /** The same, of the median CPU time. */
  readonly atMostCpuMs?: number;
  /** Of all rounds together. */
  readonly atMostRequests?: number;
  /** What one of many holds. */
  readonly fewerBytesThan?: number;
  /** The largest growth of any round, in MB. */
  readonly atMostGrownMb?: number;
  /** How much heap may be more at the last reading than at the first, in MB. */
  readonly atMostHeapMb?: number;
  /** Of TLS under steady load, in any round. */
  readonly atMostHandshakes?: number;
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

function governed(measure: 'get' | 'post'): Target {
  const title = `${measure.toUpperCase()} with marker, limiter, breaker, bulkhead and metrics: rate against raw`;
  const id = `governed-${measure}-raw`;
  const peers = { subject: 'ours-governed', peer: 'raw' };
  return { id, title, section: 'governed', measure, ...peers, atLeast: 0.72, command: command('governed') };
}

function caller(peer: string, atLeast: number): Target {
  const title = `Typed client with router, retry, balancer, breaker and limiter against ${peer}`;
  const peers = { subject: 'ours-governed', peer };
  return {
    id: `callers-${peer}`,
    title,
    section: 'callers',
    measure: 'call',
    ...peers,
    atLeast,
    command: command('callers'),
  };
}

function ahead(measure: 'limiter' | 'breaker' | 'bulkhead', peer: string): Target {
  const title = `What a ${measure} adds to a call, against ${peer}`;
  const measured = { section: 'governance', measure, subject: 'ours', peer } as const;
  return { id: `${measure}-${peer}`, title, ...measured, atMost: 1, costs: ['cpuMs'], command: command('governance') };
}

function grown(subject: string, peer: string, atMost: number): Target {
  const id = subject.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const title = `What ${subject} adds to a call, against ${peer}`;
  const measured = { section: 'governance', measure: 'choice', subject, peer } as const;
  return { id, title, ...measured, atMost, costs: ['cpuMs'], command: command('governance') };
}

function reload(measure: 'effect' | 'pause', of: 'worst' | 'median'): Target {
  const told = {
    effect: { title: `From the rename of a file to the effect of its rule, ${of} of 20`, subject: 'ours', limit: 100 },
    pause: {
      title: `Longest pause in a reload of 10,000 rules at full load, ${of} of 10`,
      subject: 'reload',
      limit: 20,
    },
  }[measure];
  const { title, subject, limit } = told;
  const measured = { section: 'reload', measure, subject, peer: subject } as const;
  return { id: `${measure}-${of}`, title, ...measured, atMostMs: { limit, of }, command: command('reload') };
}

function idle(subject: 'circuit' | 'bucket'): Target {
  const measured = { section: 'reload', measure: 'idle', subject, peer: subject } as const;
  const title = `Heap that an idle ${subject} holds`;
  return { id: `idle-${subject}`, title, ...measured, fewerBytesThan: 1024, command: command('reload') };
}

const grpcNames = {
  hello: 'gRPC, unary with small messages',
  place: 'gRPC, unary with 1 KB',
  list: 'gRPC, streams of 1,000 messages',
};

function grpcServer(measure: keyof typeof grpcNames, peer: 'grpc-js' | 'nest', atLeast: number): Target {
  const title = `${grpcNames[measure]}, whole provider chain: rate against ${peer === 'nest' ? 'NestJS' : 'raw grpc-js'}`;
  const measured = { section: 'grpc', measure, subject: 'ours', peer } as const;
  return { id: `grpc-${measure}-${peer}`, title, ...measured, atLeast, command: command('grpc') };
}

function grpcClient(measure: 'call' | 'ten'): Target {
  const to = measure === 'ten' ? 'a thousand calls at once to ten endpoints' : 'fifty calls at once to one endpoint';
  const title = `gRPC, typed client through the consumer chain, ${to}: rate against raw grpc-js`;
  const measured = { section: 'grpcclient', measure, subject: 'ours', peer: 'grpc-js' } as const;
  return { id: `grpcclient-${measure}`, title, ...measured, atLeast: 0.93, command: command('grpcclient') };
}

function grpcHeap(subject: 'consumer' | 'provider'): Target {
  const title = `gRPC, heap of the ${subject} after a forced collection at 1.0 million calls beside 0.1 million`;
  const measured = { section: 'grpcsoak', measure: 'heap', subject, peer: subject } as const;
  return { id: `grpcsoak-${subject}`, title, ...measured, atMostHeapMb: 5, command: command('grpcsoak') };
}

function handshakes(subject: 'rest-tls' | 'grpc-tls'): Target {
  const title = `TLS handshakes under steady load, ${subject === 'rest-tls' ? 'REST' : 'gRPC'}, most of any round of tens of thousands of calls`;
  const measured = { section: 'tls', measure: 'call', subject, peer: subject } as const;
  return { id: `handshakes-${subject}`, title, ...measured, atMostHandshakes: 10, command: command('tls') };
}

type Asked = Pick<
  Target,
  'atMostMs' | 'atMostCpuMs' | 'atMostRequests' | 'fewerBytesThan' | 'atMostHeapMb' | 'measure' | 'subject'
>;

function registry(id: string, title: string, asked: Asked): Target {
  return { id: `registry-${id}`, title, section: 'registry', peer: '', ...asked, command: command('registry') };
}

const large = 'A registry of 5,000 instances of 200 services';
const changing = `${large}, 50 changes a second`;

/** Why so much and no more stands in bench/notes/introduction.md. */
const registryTargets: readonly Target[] = [
  registry('look', `${large}: from the question for all services at once to the last list`, {
    ...{ measure: 'first look', subject: 'watch', atMostMs: { limit: 1000, of: 'median' } },
  }),
  registry('instance', `${large}: heap of a consumer for each instance`, {
    ...{ measure: 'instance', subject: 'watch', fewerBytesThan: 3072 },
  }),
  registry('held', `${changing}: heap of a consumer after 60 s beside that before`, {
    ...{ measure: 'held', subject: 'watch, held', atMostHeapMb: 2 },
  }),
  registry('cpu', `${changing}: CPU of a consumer for each change, median`, {
    ...{ measure: 'change', subject: 'watch', atMostCpuMs: 1 },
  }),
  registry('seen', `${changing}: from the request for a change to the consumer that is told of it, p99 of all 3,000`, {
    ...{ measure: 'seen', subject: 'watch, p99 of all', atMostMs: { limit: 100, of: 'median' } },
  }),
  registry('bytes', `${changing}: what a consumer receives for each change`, {
    ...{ measure: 'change', subject: 'watch', fewerBytesThan: 4096 },
  }),
  registry('finds', `${changing}: questions for lists in 60 s`, {
    ...{ measure: 'change', subject: 'watch', atMostRequests: 3 },
  }),
  registry('poll', `${changing}, polled every second instead of watched: until the consumer is told, p99`, {
    ...{ measure: 'seen', subject: 'poll, p99 of all', atMostMs: { limit: 1500, of: 'worst' } },
  }),
  registry('event', 'A change of one instance among 5,000 of one service: CPU of a list of instances', {
    ...{ measure: 'step', subject: 'an event among 5,000', atMostCpuMs: 0.2 },
  }),
];

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
  governed('get'),
  governed('post'),
  caller('undici', 0.85),
  caller('undici-opossum', 1),
  caller('undici-cockatiel', 1),
  ahead('limiter', 'rate-limiter-flexible'),
  ahead('breaker', 'cockatiel'),
  ahead('breaker', 'opossum'),
  ahead('bulkhead', 'cockatiel'),
  grown('P2C over 10,000', 'P2C over 10', 1.5),
  grown('router with 100 rules', 'router with 1 rule', 1.5),
  grown('marker with 100 rules', 'marker with 1 rule', 1.5),
  reload('effect', 'median'),
  reload('effect', 'worst'),
  reload('pause', 'worst'),
  idle('circuit'),
  idle('bucket'),
  grpcServer('hello', 'grpc-js', 0.95),
  grpcServer('place', 'grpc-js', 0.95),
  grpcServer('list', 'grpc-js', 0.92),
  grpcServer('hello', 'nest', 1),
  grpcServer('place', 'nest', 1),
  grpcClient('call'),
  grpcClient('ten'),
  grpcHeap('consumer'),
  grpcHeap('provider'),
  {
    id: 'private-rest',
    title: 'The private protocol of the sample, between two processes: rate against our REST client',
    section: 'private',
    measure: 'call',
    subject: 'talk',
    peer: 'rest',
    atLeast: 1.5,
    command: command('private'),
  },
  handshakes('rest-tls'),
  handshakes('grpc-tls'),
  ...registryTargets,
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
