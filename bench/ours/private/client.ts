/** The typed client of the section on private protocols. */
import { type Client, createApplication, Injectable, Module, Remote } from '@ts-chassis/core';
import { obey } from '../../harness/call-loop.js';
import { spoken } from './plugins.js';
import { Users } from './users.js';

@Injectable()
class Caller {
  constructor(@Remote(Users, { service: 'users' }) readonly users: Client<Users>) {}
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
      'servicecomb.registry.static.users': [process.env['BACKEND']],
      'servicecomb.log.level': 'warn',
    },
  },
});

async function main(): Promise<void> {
  await app.start();
  const { users } = app.get(Caller);
  obey(async () => {
    const user = await users.find(42, 10);
    if (user.id !== 42 || user.limit !== 10) throw new Error(`unexpected answer ${JSON.stringify(user)}`);
    return user;
  });
}

void main();
