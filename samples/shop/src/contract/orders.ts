import { remote, Returns, Schema } from '@ts-chassis/core';
import { Body, Get, HttpCode, Param, Post, Query } from '@ts-chassis/rest';
import { NewOrder, Order } from './order.js';

/** Placing orders and looking at them: implemented by the service `orders`. The bodies never run. */
@Schema({ id: 'orders', path: '/orders' })
export class Orders {
  @Post()
  @HttpCode(201)
  @Returns(Order)
  place(@Body() order: NewOrder): Promise<Order> {
    return remote();
  }

  @Get('/:id')
  @Returns(Order)
  find(@Param('id', { format: 'uuid' }) id: string): Promise<Order> {
    return remote();
  }

  @Get()
  @Returns([Order], { description: 'the newest first' })
  list(@Query('limit', { integer: true, minimum: 1, maximum: 100, default: 20 }) limit: number): Promise<Order[]> {
    return remote();
  }
}
