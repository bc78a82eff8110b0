/** The provider of the section on TLS. */
import { createApplication, Module } from '@ts-chassis/core';
import { encrypted, protocol, spoken } from './plugins.js';
import { Shop } from './shop.js';

@Module({ schemas: [Shop] })
class ShopModule {}

const app = createApplication({
  name: 'shop',
  modules: [ShopModule],
  plugins: spoken(),
  ambient: false,
  configuration: {
    directory: false,
    values: {
      [`servicecomb.protocols.${protocol}.listenAddress`]: `127.0.0.1:${process.env['PORT']}`,
      'servicecomb.registry.type': 'static',
      'servicecomb.log.level': 'error',
      ...encrypted('Provider'),
    },
  },
});

void app.start().then(() => console.log('listening'));
