import { Implements, Injectable, Module, Value } from '@ts-chassis/core';
import { Greeting, Greetings } from '../greetings.js';

@Injectable()
@Implements(Greetings)
class Greeter extends Greetings {
  constructor(@Value('servicecomb.service.version', { default: '' }) private readonly version: string) {
    super();
  }

  override greet(name: string): Promise<Greeting> {
    return Promise.resolve({ message: `Hello, ${name}!`, version: this.version });
  }
}

@Module({ schemas: [Greeter] })
export class GreeterModule {}
