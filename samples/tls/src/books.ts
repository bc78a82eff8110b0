import { createApplication, Field, Module, Returns, Schema, type Application } from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';

export class Book {
  @Field() isbn!: string;
  @Field() title!: string;
}

@Schema({ id: 'books', path: '/books', listeners: ['rest', 'rest-impostor', 'rest-plain'] })
export class Books {
  @Get('/:isbn')
  @Returns(Book)
  find(@Param('isbn') isbn: string): Promise<Book> {
    return Promise.resolve({ isbn, title: 'Moby Dick' });
  }
}

@Module({ schemas: [Books] })
class BooksModule {}

export const booksOf = (directory: string): Application =>
  createApplication({ modules: [BooksModule], plugins: [rest()], configuration: { directory } });
