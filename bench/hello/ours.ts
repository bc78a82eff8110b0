import { createApplication, Module, Schema } from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';

@Schema({ id: 'hello', path: '/hello' })
class Hello {
  @Get('/:name')
  async hello(@Param('name') name: string): Promise<{ message: string }> {
    return { message: `hello ${name}` };
  }
}

@Module({ schemas: [Hello] })
class HelloModule {}

const app = createApplication({
  name: 'hello',
  modules: [HelloModule],
  plugins: [rest()],
  configuration: {
    values: {
      'servicecomb.protocols.rest.listenAddress': `127.0.0.1:${process.env['PORT']}`,
      // the default registry, in a folder of the benchmark's own
      'servicecomb.registry.address': process.env['REGISTRY_ADDRESS'],
    },
  },
});

void app.start();
