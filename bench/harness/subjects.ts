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
  { name: 'fastify-metrics', script: join(root, 'peers', 'fastify.js'), environment: { METRICS: 'on' } },
  {
    name: 'ours-metrics',
    script: join(root, 'ours', 'provider.js'),
    environment: { AMBIENT: 'off', METRICS: 'on' },
  },
];

export const labels: Readonly<Record<string, string>> = {
  raw: 'raw `node:http`',
  express: 'Express 5 + zod 4',
  fastify: 'Fastify 5',
  'nest-express': 'NestJS 12 on Express',
  'nest-fastify': 'NestJS 12 on Fastify',
  ours: 'ts-chassis, ambient context off',
  'ours-ambient': 'ts-chassis, ambient context on',
  'fastify-metrics': 'Fastify 5 with prom-client',
  'ours-metrics': 'ts-chassis with metrics, ambient context off',
};
