import { Field, PermissionDenied, Returns, Schema, type Invocation } from '@ts-chassis/core';
import { Body, Context, Form, Param, Query } from '../decorators/parameters.js';
import { Get, Post } from '../decorators/routes.js';
import type { Middleware } from './middleware.js';
import { UseMiddleware } from './use-middleware.js';

/** Adds a word to the header `x-trace` of the answer. */
export const says =
  (word: string): Middleware =>
  (_request, response, next) => {
    response.setHeader('x-trace', [response.getHeader('x-trace') ?? [], word].flat().map(String));
    next();
  };

export const saysLater =
  (word: string): Middleware =>
  (request, response, next) =>
    void setImmediate(() => says(word)(request, response, next));

export class Item {
  @Field({ minLength: 2 }) name!: string;
  @Field({ integer: true, optional: true }) count?: number;
}

@Schema({ id: 'items', path: '/items' })
@UseMiddleware(says('class'))
export class Items {
  @Get('/:id')
  @Returns(String)
  @UseMiddleware(says('method'), saysLater('later'))
  find(@Param('id') id: string): string {
    if (id === 'none') throw PermissionDenied('not this one');
    if (id === 'broken') throw new Error('secret words');
    return id;
  }

  @Post()
  @Returns(Item)
  add(@Body() item: Item): Item {
    return item;
  }

  @Post('/form')
  @Returns(String)
  form(@Form('name') name: string, @Form('count', { integer: true }) count: number): string {
    return `${name}${count + 1}`;
  }

  @Get('/who/am/i')
  @Returns(String)
  who(@Query('q', { default: '-' }) q: string, @Context() invocation?: Invocation): string {
    return `${String(invocation!.principal)} ${q}`;
  }
}

export async function get(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

export const traceOf = ({ headers }: { headers: Headers }): string | null => headers.get('x-trace');
