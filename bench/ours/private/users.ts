/** One service for REST and for the private protocol. */
import { Returns, Schema } from '@ts-chassis/core';
import { Get, Param, Query } from '@ts-chassis/rest';
import { User } from '../shop.js';

@Schema({ id: 'users', path: '/users' })
export class Users {
  @Get('/:id')
  @Returns(User)
  async find(
    @Param('id', { integer: true, minimum: 1, maximum: 1_000_000 }) id: number,
    @Query('limit', { integer: true, minimum: 1, maximum: 100 }) limit: number,
  ): Promise<User> {
    return { id, limit, name: `user ${id}`, active: true };
  }
}
