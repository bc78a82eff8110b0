import {
  annotate,
  Arg,
  Field,
  metadataKey,
  readSchema,
  remote,
  Returns,
  Schema,
  type Invocation,
} from '@ts-chassis/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Body, Context, Cookie, Form, Headers, Param, Query, Req, Res } from './parameters.js';
import { Header, HttpCode } from './reply.js';
import { Delete, Get, Head, Options, Patch, Post, Put } from './routes.js';

class Book {
  @Field() title!: string;
}

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Header('Cache-Control', 'no-store')
  @Header('X-Shelf', '7')
  @Returns(Book)
  find(
    @Param('isbn') _isbn: string,
    @Query('limit', { integer: true, default: 20 }) _limit: number,
    @Headers('X-Tenant') _tenant: string,
    @Cookie() _session: string,
    @Context() _invocation?: Invocation,
    @Req() _request?: IncomingMessage,
    @Res() _response?: ServerResponse,
  ): Promise<Book> {
    return remote();
  }

  @Post()
  @HttpCode(201)
  @Returns(Book)
  add(@Body() _book: Book): Promise<Book> {
    return remote();
  }

  @Put('/many')
  addMany(@Body([Book]) _books: Book[]): Promise<void> {
    return remote();
  }

  @Patch('/{isbn:[0-9]+}')
  change(
    @Param('isbn') _isbn: string,
    @Body(z.object({ price: z.number() })) _change: { price: number },
  ): Promise<void> {
    return remote();
  }

  @Delete('/{isbn}')
  remove(@Param() isbn: string): Promise<void> {
    void isbn;
    return remote();
  }

  @Head('/probe')
  probe(): Promise<void> {
    return remote();
  }

  @Options('/abilities')
  abilities(): Promise<void> {
    return remote();
  }

  @Post('/login')
  login(
    @Form('user') _user: string,
    @Form('ages', { type: [Number], optional: true }) _ages?: number[],
  ): Promise<void> {
    return remote();
  }
}

const operation = (name: string) => readSchema(Catalog).operations.find((candidate) => candidate.name === name)!;

describe('the decorators of REST', () => {
  it('give a method its route, status and headers', () => {
    expect(readSchema(Catalog).operations.map(({ http }) => `${http?.method} ${http?.path} ${http?.status}`)).toEqual([
      'GET /books/{isbn} 200',
      'POST /books 201',
      'PUT /books/many 200',
      'PATCH /books/{isbn:[0-9]+} 200',
      'DELETE /books/{isbn} 200',
      'HEAD /books/probe 200',
      'OPTIONS /books/abilities 200',
      'POST /books/login 200',
    ]);
    expect([...operation('find').http!.headers].sort()).toEqual([
      ['cache-control', 'no-store'],
      ['x-shelf', '7'],
    ]);
  });

  it('give parameters their places, names and types', () => {
    const places = (name: string): string[] =>
      operation(name).parameters.map(({ place, name: own, optional }) => `${place} ${own}${optional ? '?' : ''}`);
    expect(places('find')).toEqual([
      'path isbn',
      'query limit?',
      'header X-Tenant',
      'cookie _session',
      'context _invocation?',
      'request _request?',
      'response _response?',
    ]);
    expect(places('add')).toEqual(['body _book']);
    expect(places('remove')).toEqual(['path isbn']);
    expect(places('login')).toEqual(['form user', 'form ages?']);
    expect(operation('find').parameters[1]).toMatchObject({ default: 20 });
    expect(operation('add').parameters[0]!.schema.name).toBe('Book');
    expect(operation('addMany').parameters[0]!.schema.json).toMatchObject({ type: 'array' });
  });

  it('refuse a second route, naming both', () => {
    expect(() => {
      class Twice {
        @Get('/a')
        @Post('/b')
        both(): void {}
      }
      return Twice;
    }).toThrow(/Twice\.both: has two routes, GET '\/a' and POST '\/b'/);
  });

  it('refuse two places for one parameter, and parameters of constructors', () => {
    expect(() => {
      class Twice {
        @Get()
        both(@Query('a') @Arg('a') _a: string): void {}
      }
      return Twice;
    }).toThrow(/Twice\.both: parameter 1 is declared twice/);
    expect(() => {
      class Made {
        constructor(@Query('a') readonly a: string) {}
      }
      return Made;
    }).toThrow(/Made/);
  });

  it.each([99, 204.5, 404, Number.NaN])('refuse the status %s', (status) => {
    expect(() => {
      class Odd {
        @HttpCode(status)
        call(): void {}
      }
      return Odd;
    }).toThrow(/Odd\.call: @HttpCode expected a whole number from 200 to 399/);
  });

  it.each([
    ['X A', 'b'],
    ['X-A', 'b\r\nX-B: c'],
  ])('refuse the header %j: %j', (name, value) => {
    expect(() => {
      class Odd {
        @Header(name, value)
        call(): void {}
      }
      return Odd;
    }).toThrow(/Odd\.call: @Header/);
  });

  it('only write metadata: other decorators see theirs beside it', () => {
    const Own = metadataKey<string>('own');
    class Mixed {
      @Get()
      @(((target: object, member: string) => annotate(target, Own, { member, value: 'mine' })) as MethodDecorator)
      call(): string {
        return 'called';
      }
    }
    expect(new Mixed().call()).toBe('called');
  });
});
