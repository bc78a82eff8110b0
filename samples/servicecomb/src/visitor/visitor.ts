import { Injectable, Invoker, Module, Remote, Returns, Schema, type Client } from '@ts-chassis/core';
import { Get, Param, RestClient } from '@ts-chassis/rest';
import { Greeting, Greetings } from '../greetings.js';

/** Asks the greeter, in each of the ways there are; where it runs, the registry says. */
@Injectable()
@Schema({ id: 'visits', path: '/visit' })
class Visitor {
  constructor(
    @Remote(Greetings, { service: 'greeter' }) private readonly greetings: Client<Greetings>,
    private readonly rest: RestClient,
    private readonly invoker: Invoker,
  ) {}

  /** By the contract that both share. */
  @Get('/typed/:name')
  @Returns(Greeting)
  typed(@Param('name') name: string): Promise<Greeting> {
    return this.greetings.greet(name);
  }

  /** By URL, with the name of the service as host. */
  @Get('/fetched/:name')
  @Returns(Greeting)
  async fetched(@Param('name') name: string): Promise<Greeting> {
    const answer = await this.rest.fetch('http://greeter/greetings/{name}', { path: { name } });
    return (await answer.json()) as Greeting;
  }

  /** By name: the contract is the one that the greeter stored in the registry. */
  @Get('/named/:name')
  @Returns(Greeting)
  async named(@Param('name') name: string): Promise<Greeting> {
    return (await this.invoker.invoke('greeter', 'greetings', 'greet', { name })) as Greeting;
  }
}

@Module({ schemas: [Visitor] })
export class VisitorModule {}
