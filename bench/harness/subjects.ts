/** The servers that take part, and how each is started. */
import { join } from 'node:path';

export interface Subject {
  readonly name: string;
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const root = join(__dirname, '..');

export const subjects: readonly Subject[] = [
  { name: 'raw', script: join(root, 'peers', 'raw.js') },
  { name: 'express', script: join(root, 'peers', 'express.js') },
  { name: 'fastify', script: join(root, 'peers', 'fastify.js') },
  { name: 'nest-express', script: join(root, 'peers', 'nest-express.js') },
  { name: 'nest-fastify', script: join(root, 'peers', 'nest-fastify.js') },
  { name: 'ours', script: join(root, 'ours', 'provider.js'), environment: { AMBIENT: 'off' } },
  { name: 'ours-ambient', script: join(root, 'ours', 'provider.js'), environment: { AMBIENT: 'on' } },
  { name: 'express-helmet', script: join(root, 'peers', 'express.js'), environment: { HELMET: 'on' } },
  { name: 'ours-helmet', script: join(root, 'ours', 'provider.js'), environment: { AMBIENT: 'off', HELMET: 'on' } },
  { name: 'fastify-metrics', script: join(root, 'peers', 'fastify.js'), environment: { METRICS: 'on' } },
  {
    name: 'ours-metrics',
    script: join(root, 'ours', 'provider.js'),
    environment: { AMBIENT: 'off', METRICS: 'on' },
  },
  {
    name: 'ours-observed',
    script: join(root, 'ours', 'provider.js'),
    environment: { AMBIENT: 'on', METRICS: 'on', TRACING: '0.01' },
  },
  {
    name: 'fastify-governed',
    script: join(root, 'peers', 'fastify.js'),
    environment: { METRICS: 'on', LIMIT: 'on' },
  },
  {
    name: 'ours-governed',
    script: join(root, 'ours', 'provider.js'),
    environment: { AMBIENT: 'off', METRICS: 'on', GOVERNED: 'on' },
  },
];

/** Who is measured beside whom, in the order of the slots: those of one ratio follow each other. */
export const taking = {
  provider: ['raw', 'express', 'fastify', 'nest-express', 'nest-fastify', 'ours', 'ours-ambient'],
  features: [
    'ours',
    'ours-metrics',
    'fastify-metrics',
    'ours-observed',
    'ours-ambient',
    'ours-helmet',
    'express-helmet',
  ],
  governed: ['raw', 'ours-governed', 'fastify', 'fastify-governed', 'ours'],
} as const;

export const labels: Readonly<Record<string, string>> = {
  raw: 'raw `node:http`',
  express: 'Express 5 + zod 4',
  fastify: 'Fastify 5',
  'nest-express': 'NestJS 12 on Express',
  'nest-fastify': 'NestJS 12 on Fastify',
  ours: 'ts-chassis, ambient context off',
  'ours-ambient': 'ts-chassis, ambient context on',
  'express-helmet': 'Express 5 + zod 4 with helmet',
  'ours-helmet': 'ts-chassis with helmet, ambient context off',
  'fastify-metrics': 'Fastify 5 with prom-client',
  'ours-metrics': 'ts-chassis with metrics, ambient context off',
  'fastify-governed': 'Fastify 5 with @fastify/rate-limit and prom-client',
  'ours-governed': 'ts-chassis with marker, limiter, breaker, bulkhead and metrics, ambient context off',
  'ours-observed': 'ts-chassis with metrics and 1 % of traces, ambient context on',
};
