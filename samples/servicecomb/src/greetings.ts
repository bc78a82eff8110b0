import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Get, Param } from '@ts-chassis/rest';

export class Greeting {
  @Field() message!: string;
  @Field({ description: 'version of the service that greets' }) version!: string;
}

/** What the service `greeter` offers: implemented there, called by `visitor`. The bodies never run. */
@Schema({ id: 'greetings', path: '/greetings' })
export class Greetings {
  @Get('/:name')
  @Returns(Greeting)
  greet(@Param('name', { maxLength: 40 }) name: string): Promise<Greeting> {
    return remote();
  }
}
