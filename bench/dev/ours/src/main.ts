import { createApplication, Module, Schema } from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { greeting } from './greeting.js';

@Schema({ id: 'hello', path: '/hello' })
class Hello {
  @Get('/:name')
  async hello(@Param('name') name: string): Promise<{ message: string }> {
    return { message: `${greeting} ${name}` };
  }
}

@Module({ schemas: [Hello] })
class HelloModule {}

export const app = createApplication({ modules: [HelloModule], plugins: [rest()] });

if (require.main === module) void app.run();
