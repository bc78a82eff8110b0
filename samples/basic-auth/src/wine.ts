import { CurrentPrincipal } from '@ts-chassis/auth';
import { Returns, Schema } from '@ts-chassis/core';
import { Get, Post } from '@ts-chassis/rest';

/** Nothing here says who may call: conf/chassis.yaml does. */
@Schema({ id: 'wine', path: '/wine' })
export class Wine {
  #bottles = 12;

  @Get()
  @Returns(Number)
  async count(): Promise<number> {
    return this.#bottles;
  }

  @Post('/take')
  @Returns(String)
  async take(@CurrentPrincipal('name') name?: string): Promise<string> {
    this.#bottles -= 1;
    return `one for ${name}`;
  }
}
