import {
  createApplication,
  Injectable,
  Module,
  Remote,
  Returns,
  Schema,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { Get, Param, Post, rest } from '@ts-chassis/rest';
import { Reservation, Stock } from './contract.js';

/** Calls the stock with the certificate of whoever it is started as: see conf/orders and conf/guest. */
@Injectable()
@Schema({ id: 'caller', path: '/call' })
class Caller {
  constructor(@Remote(Stock, { service: 'stock' }) private readonly stock: Client<Stock>) {}

  @Get('/count/:item')
  @Returns(Number)
  count(@Param('item') item: string): Promise<number> {
    return this.stock.count(item);
  }

  @Post('/reserve/:item')
  @Returns(Reservation)
  reserve(@Param('item') item: string): Promise<Reservation> {
    return this.stock.reserve(item);
  }
}

@Module({ schemas: [Caller] })
class CallerModule {}

export const callerOf = (directory: string): Application =>
  createApplication({ modules: [CallerModule], plugins: [rest()], configuration: { directory } });
