/** One operation for both protocols. */
import { Returns, Schema } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { Get, Query } from '@ts-chassis/rest';
import { greetingOf } from '../../peers/grpc/greeter.js';
import { HelloReply } from '../grpc/greeter.js';

@Schema({ id: 'shop', path: '/shop' })
export class Shop {
  @Get('/hello')
  @Rpc({ service: 'helloworld.Greeter', method: 'SayHello' })
  @Returns(HelloReply)
  async sayHello(@Query('name', { maxLength: 100 }) name: string): Promise<HelloReply> {
    return greetingOf(name);
  }
}
