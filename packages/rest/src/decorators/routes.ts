import { annotate, ChassisError, HttpRouteKey } from '@ts-chassis/core';

/** Writes the route of a method. */
export function route(method: string, path: string): MethodDecorator {
  return (target, member) => {
    annotate(target, HttpRouteKey, {
      member,
      update: (own) => {
        if (!own) return { method, path };
        throw new ChassisError(
          'FAILED_PRECONDITION',
          `${target.constructor.name}.${String(member)}: has two routes, ${method} '${path}' and ${own.method} '${own.path}'; one method is one operation`,
          { code: 'SCHEMA_INVALID' },
        );
      },
    });
  };
}

/**
 * Routes `GET` requests to a method; `HEAD` follows by itself.
 *
 * @param path - after the schema's path: `/:id`, `/{id}`, `/{id:[0-9]+}`, `/{rest:*}`; default empty
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method, when the class is declared
 *
 * @example
 * ```ts
 * @Get('/:isbn') @Returns(Book)
 * find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export const Get = (path = ''): MethodDecorator => route('GET', path);

/**
 * Routes `POST` requests to a method.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Post() @HttpCode(201) @Returns(Book)
 * add(@Body() book: NewBook): Promise<Book> { return remote(); }
 * ```
 */
export const Post = (path = ''): MethodDecorator => route('POST', path);

/**
 * Routes `PUT` requests to a method.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Put('/:isbn')
 * replace(@Param('isbn') isbn: string, @Body() book: NewBook): Promise<void> { return remote(); }
 * ```
 */
export const Put = (path = ''): MethodDecorator => route('PUT', path);

/**
 * Routes `PATCH` requests to a method.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Patch('/:isbn')
 * change(@Param('isbn') isbn: string, @Body() change: BookChange): Promise<void> { return remote(); }
 * ```
 */
export const Patch = (path = ''): MethodDecorator => route('PATCH', path);

/**
 * Routes `DELETE` requests to a method.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Delete('/:isbn')
 * remove(@Param('isbn') isbn: string): Promise<void> { return remote(); }
 * ```
 */
export const Delete = (path = ''): MethodDecorator => route('DELETE', path);

/**
 * Routes `HEAD` requests to a method, in the place of that of `GET`.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Head('/:isbn')
 * probe(@Param('isbn') isbn: string): Promise<void> { return remote(); }
 * ```
 */
export const Head = (path = ''): MethodDecorator => route('HEAD', path);

/**
 * Routes `OPTIONS` requests to a method; without one they are answered with the methods allowed.
 *
 * @param path - as for {@link Get}
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Options() @Returns(Abilities)
 * abilities(): Promise<Abilities> { return remote(); }
 * ```
 */
export const Options = (path = ''): MethodDecorator => route('OPTIONS', path);
