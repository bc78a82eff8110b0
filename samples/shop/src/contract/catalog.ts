import { remote, Returns, Schema } from '@ts-chassis/core';
import { Retry } from '@ts-chassis/governance';
import { Rpc } from '@ts-chassis/grpc';
import { Body, Delete, Get, HttpCode, Param, Post, Query } from '@ts-chassis/rest';
import { Book, ISBN_PATTERN, NewBook } from './book.js';

/** The books on offer, over REST and gRPC: implemented by the service `catalog`, called by `orders`. The bodies never run. */
@Schema({ id: 'catalog', path: '/books' })
export class Catalog {
  @Get('/:isbn')
  @Rpc()
  @Returns(Book)
  @Retry({ attempts: 3, minMs: 20 })
  find(@Param('isbn', { pattern: ISBN_PATTERN }) isbn: string): Promise<Book> {
    return remote();
  }

  @Post()
  @Rpc()
  @HttpCode(201)
  @Returns(Book)
  add(@Body() book: NewBook): Promise<Book> {
    return remote();
  }

  @Get()
  @Rpc()
  @Returns(Book, { stream: true, description: 'books whose title or tags contain `q`, in any case; all without it' })
  list(@Query('q', { optional: true, maxLength: 100 }) q?: string): AsyncIterable<Book> {
    return remote();
  }

  @Delete('/:isbn')
  @Rpc()
  @Returns(Book, { description: 'the book as it was' })
  remove(@Param('isbn', { pattern: ISBN_PATTERN }) isbn: string): Promise<Book> {
    return remote();
  }
}
