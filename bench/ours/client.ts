/** The typed client through the consumer chain, discovery and balancing included; the answer is the raw peer's. */
import { type Client, createApplication, Injectable, Module, Remote } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { obey } from '../harness/call-loop.js';
import { Users } from './shop.js';

@Injectable()
class Caller {
  constructor(@Remote(Users, { service: 'users' }) readonly users: Client<Users>) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

const app = createApplication({
  name: 'caller',
  modules: [CallerModule],
  plugins: [rest()],
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.registry.type': 'static',
      'servicecomb.registry.static.users': [`rest://127.0.0.1:${process.env['BACKEND_PORT']}`],
      'servicecomb.log.level': 'warn',
    },
  },
});

async function main(): Promise<void> {
  await app.start();
  const { users } = app.get(Caller);
  obey(async () => {
    const user = await users.find(42, 10);
    if (user.id !== 42) throw new Error(`unexpected answer ${JSON.stringify(user)}`);
    return user;
  });
}

void main();
