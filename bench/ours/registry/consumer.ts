/** An application that looks for every service there is, and notes when it is told of a change. */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createApplication, Module, type Plugin, type Services } from '@ts-chassis/core';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { type Consumed, gone, type Looked, nowMs, serviceName, shown } from '../../harness/registry-messages.js';

@Module({})
class Nothing {}

/** Wakes every so many milliseconds, which counts as no delay. */
const resolution = 10;
const delays = monitorEventLoopDelay({ resolution });
delays.enable();

const sockets = new Set<Socket>();
let bytesOfClosed = 0;
let bytesTold = 0;
let seen: [change: string, atMs: number][] = [];

subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket };
  sockets.add(socket);
  socket.once('close', () => {
    sockets.delete(socket);
    bytesOfClosed += socket.bytesRead;
  });
});

function consumed(): Consumed {
  const bytes = [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed);
  const told = { seen, bytes: bytes - bytesTold, heldUpMs: Math.max(0, delays.max / 1e6 - resolution) };
  delays.reset();
  bytesTold = bytes;
  seen = [];
  return told;
}

async function look(from: Services, services: number): Promise<Looked> {
  const queries = Array.from({ length: services }, (_, number) => from.query(serviceName(number)));
  const begun = performance.now();
  const lists = await Promise.all(queries.map((one) => from.discovery.find(one)));
  const wallMs = performance.now() - begun;
  return { wallMs, instances: lists.reduce((sum, list) => sum + list.length, 0) };
}

/** Notes every change. Instances say by `mark` which change made them what they are. */
function note({ discovery }: Services): void {
  discovery.watchAll(({ added, updated, removed }) => {
    const atMs = nowMs();
    for (const { id, metadata } of added) seen.push([shown(id, metadata['mark'] ?? ''), atMs]);
    for (const { id, metadata } of updated) seen.push([shown(id, metadata['mark'] ?? ''), atMs]);
    for (const { id } of removed) seen.push([gone(id), atMs]);
  });
}

async function answer(services: Services, message: unknown): Promise<void> {
  if (message === 'consumed') process.send?.(consumed());
  if (message === 'note') note(services);
  if (typeof message === 'object') process.send?.(await look(services, (message as { look: number }).look));
}

const looking: Plugin = {
  name: 'looking',
  install: (host) =>
    host.onStart('looking', (services) => void process.on('message', (message) => void answer(services, message))),
};

const app = createApplication({
  name: 'consumer',
  modules: [Nothing],
  plugins: [serviceCenter(), looking],
  configuration: {
    directory: false,
    values: {
      'servicecomb.registry.address': `http://127.0.0.1:${process.env['REGISTRY_PORT']}`,
      'servicecomb.registry.watch': process.env['WATCH'] === 'on',
      'servicecomb.registry.refreshInterval': process.env['REFRESH'],
      'servicecomb.log.level': 'warn',
    },
  },
});

process.once('disconnect', () => process.exit());
void app.start().then(() => console.log('listening'));
