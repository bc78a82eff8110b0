/** The typed client of the section on TLS. */
import { type Client, createApplication, Injectable, Module, Remote } from '@ts-chassis/core';
import { obey } from '../../harness/call-loop.js';
import { encrypted, spoken } from './plugins.js';
import { Shop } from './shop.js';

@Injectable()
class Caller {
  constructor(@Remote(Shop, { service: 'shop' }) readonly shop: Client<Shop>) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

const app = createApplication({
  name: 'caller',
  modules: [CallerModule],
  plugins: spoken(),
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.registry.type': 'static',
      'servicecomb.registry.static.shop': [process.env['BACKEND']],
      'servicecomb.log.level': 'error',
      ...encrypted('Consumer'),
    },
  },
});

async function main(): Promise<void> {
  await app.start();
  const { shop } = app.get(Caller);
  obey(async () => {
    const { message } = await shop.sayHello('Ada');
    if (message !== 'Hello Ada') throw new Error(`unexpected answer ${message}`);
    return message;
  });
}

void main();
