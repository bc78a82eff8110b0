/** The provider of the section on private protocols. */
import { createApplication, Module } from '@ts-chassis/core';
import { spoken } from './plugins.js';
import { Users } from './users.js';

@Module({ schemas: [Users] })
class UsersModule {}

const app = createApplication({
  name: 'users',
  modules: [UsersModule],
  plugins: spoken(),
  ambient: false,
  configuration: {
    directory: false,
    values: {
      [`servicecomb.protocols.${process.env['PROTOCOL']}.listenAddress`]: `127.0.0.1:${process.env['PORT']}`,
      [`servicecomb.protocols.${process.env['PROTOCOL']}.trust`]: 'peers',
      'servicecomb.registry.type': 'static',
      'servicecomb.log.level': 'warn',
    },
  },
});

void app.start().then(() => console.log('listening'));
