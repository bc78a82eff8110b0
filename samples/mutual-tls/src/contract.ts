import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Get, Param, Post } from '@ts-chassis/rest';

export class Reservation {
  @Field() item!: string;
  /** Who it is for: as its certificate says, not as it says itself. */
  @Field() by!: string;
}

@Schema({ id: 'stock', path: '/stock' })
export class Stock {
  @Get('/:item')
  @Returns(Number)
  count(@Param('item') _item: string): Promise<number> {
    return remote();
  }

  @Post('/:item/reservations')
  @Returns(Reservation)
  reserve(@Param('item') _item: string): Promise<Reservation> {
    return remote();
  }
}
