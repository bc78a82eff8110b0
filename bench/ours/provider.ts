/** ts-chassis under the load of the peers: context, deadline, body limit and two value-reading handlers are on. */
import { createApplication, Module, type Plugin } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { BoundValueReader, Orders, Users, ValueReader } from './shop.js';

@Module({ schemas: [Users, Orders], handlers: [ValueReader, BoundValueReader] })
class ShopModule {}

/** Loaded by the servers that are measured with it only. */
function metrics(): Plugin[] {
  if (process.env['METRICS'] !== 'on') return [];
  const { prometheus } = require('@ts-chassis/metrics') as typeof import('@ts-chassis/metrics');
  return [prometheus()];
}

const app = createApplication({
  name: 'shop',
  modules: [ShopModule],
  plugins: [rest(), ...metrics()],
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
    },
  },
});

void app.start().then(() => console.log('listening'));
