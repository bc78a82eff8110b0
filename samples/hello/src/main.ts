import { createApplication, Field, Module, Returns, Schema } from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';

class Greeting {
  @Field() message!: string;
}

@Schema({ id: 'hello', path: '/hello' })
class Hello {
  @Get('/:name')
  @Returns(Greeting)
  greet(@Param('name', { maxLength: 40 }) name: string): Greeting {
    return { message: `Hello, ${name}!` };
  }
}

@Module({ schemas: [Hello] })
class HelloModule {}

export const app = createApplication({ modules: [HelloModule], plugins: [rest()] });
if (require.main === module) void app.run();
