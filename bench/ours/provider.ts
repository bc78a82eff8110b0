/** ts-chassis under the load of the peers: context, deadline, body limit and two value-reading handlers are on. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createApplication, Module, type Plugin } from '@ts-chassis/core';
import { rest, type RestOptions } from '@ts-chassis/rest';
import { BoundValueReader, Orders, Users, ValueReader } from './shop.js';

@Module({ schemas: [Users, Orders], handlers: [ValueReader, BoundValueReader] })
class ShopModule {}

/** Loaded by the servers that are measured with it only. */
function metrics(): Plugin[] {
  if (process.env['METRICS'] !== 'on') return [];
  const { prometheus } = require('@ts-chassis/metrics') as typeof import('@ts-chassis/metrics');
  return [prometheus()];
}

/** As metrics; records the share of traces that the variable says. */
async function tracing(): Promise<Plugin[]> {
  if (process.env['TRACING'] === undefined) return [];
  const library = require('@ts-chassis/tracing') as typeof import('@ts-chassis/tracing');
  // where the load generator stands: a collector takes nothing from the server's processor
  const { loadProcessor, pinned } = require('../harness/machine.js') as typeof import('../harness/machine.js');
  const [execPath, ...execArgv] = pinned(loadProcessor, [process.execPath]);
  const collector = fork(join(__dirname, 'collector.js'), { execPath: execPath as string, execArgv });
  const [port] = (await once(collector, 'message')) as [number];
  return [library.tracing(library.zipkin({ uri: `http://127.0.0.1:${port}` }))];
}

/** As metrics: a mark for every request, a limit and places that nobody runs out of, and a circuit for each operation. */
function governed(): { plugins: Plugin[]; values: Readonly<Record<string, unknown>> } {
  if (process.env['GOVERNED'] !== 'on') return { plugins: [], values: {} };
  const { governance } = require('@ts-chassis/governance') as typeof import('@ts-chassis/governance');
  const values = {
    'servicecomb.match.readers': { matches: [{ apiPath: { prefix: '/users' }, method: ['GET'] }] },
    'servicecomb.match.buyers': { matches: [{ apiPath: { prefix: '/orders' }, method: ['POST'] }] },
    'servicecomb.governance.rateLimit.provider.rate': 1_000_000,
    'servicecomb.governance.circuitBreaker.provider.enabled': true,
    'servicecomb.governance.bulkhead.provider.concurrent': 1000,
  };
  return { plugins: [governance()], values };
}

/** As metrics: one plain function in front of every operation. */
function middleware(): RestOptions {
  if (process.env['HELMET'] !== 'on') return {};
  const { default: helmet } = require('helmet') as typeof import('helmet');
  return { use: [helmet()] };
}

async function main(): Promise<void> {
  const { plugins, values } = governed();
  const app = createApplication({
    name: 'shop',
    modules: [ShopModule],
    plugins: [rest(middleware()), ...metrics(), ...(await tracing()), ...plugins],
    ambient: process.env['AMBIENT'] === 'on',
    configuration: {
      directory: false,
      values: {
        'servicecomb.protocols.rest.listenAddress': `127.0.0.1:${process.env['PORT']}`,
        // its headers are read: caller, context and deadline
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.transport.timeout.rest': '30s',
        'servicecomb.registry.type': 'static',
        'servicecomb.log.level': 'warn',
        ...values,
        ...(process.env['TRACING'] && { 'tracing.sampling.rate': Number(process.env['TRACING']) }),
      },
    },
  });
  await app.start();
  console.log('listening');
}

void main();
