import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { Body, Get, Param, Produces, Put } from '@ts-chassis/rest';

export class Stock {
  @Field() item!: string;
  @Field({ integer: true, minimum: 0 }) pieces!: number;
}

export class Pieces {
  @Field({ integer: true, minimum: 0 }) pieces!: number;
}

/** On the plain listeners, `rest` and `grpc`, as it names none. */
@Schema({ id: 'stock', path: '/stock' })
export class StockContract {
  @Get('/:item')
  @Rpc()
  @Returns(Stock)
  find(@Param('item') item: string): Promise<Stock> {
    return remote();
  }
}

@Schema({ id: 'stock-admin', path: '/stock', listeners: ['rest-admin'] })
export class StockAdmin {
  @Put('/:item')
  @Returns(Stock)
  count(@Param('item') item: string, @Body() counted: Pieces): Promise<Stock> {
    return remote();
  }
}

@Schema({ id: 'stock-legacy', path: '/v1', listeners: ['rest-legacy'] })
export class StockLegacy {
  @Get('/stock.txt')
  @Produces('text/plain')
  @Returns(String)
  list(): Promise<string> {
    return remote();
  }
}
