/** ts-chassis under the load of the peers: context, deadline, body limit and two value-reading handlers are on. */
import { createApplication, Module } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { BoundValueReader, Orders, Users, ValueReader } from './shop.js';

@Module({ schemas: [Users, Orders], handlers: [ValueReader, BoundValueReader] })
class ShopModule {}

const app = createApplication({
  name: 'shop',
  modules: [ShopModule],
  plugins: [rest()],
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
