import { annotateParameter, type ParameterOptions, type ParameterPlace, type Spec } from '@ts-chassis/core';

/**
 * What a REST parameter's decorator may say beside its name: its type where the compiler's says too little, `optional`, `default`,
 * limits, texts.
 *
 * @example
 * ```ts
 * const options: RestParameterOptions = { type: [Number], optional: true, description: 'ids to leave out' };
 * ```
 */
export type RestParameterOptions = ParameterOptions & {
  /** A class, a list of one, or any Standard Schema (zod, valibot, arktype); default: the type the compiler emitted. */
  readonly type?: Spec;
};

function parameter(place: ParameterPlace, name: string | undefined, options: RestParameterOptions): ParameterDecorator {
  return (target, member, index) => annotateParameter({ target, member, index }, { ...options, place, name });
}

/**
 * Takes a parameter of the path, percent-decoded and coerced to its type; an encoded slash stays inside.
 *
 * @param name - as the route spells it; default: the parameter's own name
 * @param options - type, limits, texts; a path parameter is never optional
 *
 * @example
 * ```ts
 * @Get('/:isbn') @Returns(Book)
 * find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export function Param(name?: string, options: RestParameterOptions = {}): ParameterDecorator {
  return parameter('path', name, options);
}

/**
 * Takes a parameter of the query, coerced to its type. A list takes every value of its name (`?tag=a&tag=b`); two values for anything else
 * are a fault.
 *
 * @param name - default: the parameter's own name
 * @param options - type, `optional`, `default`, limits, texts
 *
 * @example
 * ```ts
 * @Get() @Returns([Book])
 * list(@Query('limit', { integer: true, maximum: 100, default: 20 }) limit: number): Promise<Book[]> { return remote(); }
 * ```
 */
export function Query(name?: string, options: RestParameterOptions = {}): ParameterDecorator {
  return parameter('query', name, options);
}

/**
 * Takes a request header, coerced to its type; a list is separated by commas.
 *
 * @param name - in any case; default: the parameter's own name
 * @param options - type, `optional`, `default`, limits, texts
 *
 * @example
 * ```ts
 * @Get() @Returns([Book])
 * list(@Headers('X-Tenant') tenant: string): Promise<Book[]> { return remote(); }
 * ```
 */
export function Headers(name?: string, options: RestParameterOptions = {}): ParameterDecorator {
  return parameter('header', name, options);
}

/**
 * Takes a cookie, coerced to its type.
 *
 * @param name - default: the parameter's own name
 * @param options - type, `optional`, `default`, limits, texts
 *
 * @example
 * ```ts
 * @Get('/mine') @Returns([Book])
 * mine(@Cookie('session') session: string): Promise<Book[]> { return remote(); }
 * ```
 */
export function Cookie(name?: string, options: RestParameterOptions = {}): ParameterDecorator {
  return parameter('cookie', name, options);
}

/**
 * What {@link Body} takes beside a type.
 *
 * @example
 * ```ts
 * const options: BodyOptions = { stream: true, maxBytes: 100_000_000 };
 * ```
 */
export type BodyOptions = RestParameterOptions & {
  /** Whether the items are handed over as they come, as an `AsyncIterable`; the type is then that of one item. Default false. */
  readonly stream?: boolean;
  /** For streams: the longest body in bytes, else 413; default any, since nothing of it is held. */
  readonly maxBytes?: number;
};

/**
 * Takes the body, checked against the parameter's class: JSON, what codecs read, or what `@Consumes` says (a form, text, bytes). In the place of a class
 * any Standard Schema may stand.
 *
 * With `stream: true` the items of the body are an `AsyncIterable`, read from NDJSON (`application/x-ndjson`, `application/jsonl`) or a JSON array while they come: each
 * is checked when it is its turn, one that does not fit ends the reading with `ARGUMENT_INVALID`, and what is not read holds the client
 * back. A parameter of the type `Readable` of Node takes the bytes themselves.
 *
 * @param spec - the type, where the compiler's says too little: a class, a list of one, or a Standard Schema
 * @param options - type, `optional`, `extra`, texts, `stream`
 *
 * @example
 * ```ts
 * @Post() @Returns(Book)
 * add(@Body() book: NewBook): Promise<Book> { return remote(); }
 *
 * @Post('/many')
 * addMany(@Body([NewBook]) books: NewBook[]): Promise<void> { return remote(); }
 *
 * @Post('/import') @Returns(Number)
 * import(@Body(NewBook, { stream: true }) books: AsyncIterable<NewBook>): Promise<number> { return remote(); }
 *
 * @Put('/dump') @Consumes('application/octet-stream')
 * restore(@Body() dump: Readable): Promise<void> { return remote(); }
 * ```
 */
export function Body(spec?: Spec, options: BodyOptions = {}): ParameterDecorator {
  const { stream, maxBytes, ...said } = options;
  return (target, member, index) =>
    annotateParameter(
      { target, member, index },
      {
        ...said,
        ...(spec !== undefined && { type: spec }),
        ...(stream && { stream: 'items' as const }),
        ...(maxBytes !== undefined && { maxBytes }),
        place: 'body',
      },
    );
}

/**
 * Takes a field of a form (`application/x-www-form-urlencoded`, or `multipart/form-data` beside files or where `@Consumes` says so), coerced to its type.
 * A list takes every value of its name; two values for anything else are a fault.
 *
 * @param name - default: the parameter's own name
 * @param options - type, `optional`, `default`, limits, texts
 *
 * @example
 * ```ts
 * @Post('/login')
 * login(@Form('user') user: string, @Form('password', { secret: true }) password: string): Promise<void> { return remote(); }
 * ```
 */
export function Form(name?: string, options: RestParameterOptions = {}): ParameterDecorator {
  return parameter('form', name, options);
}

/**
 * Takes the invocation: who asks, over what, how long it may take; filled in whatever protocol the call comes by. On the server only: it
 * stands after what callers pass, and is declared optional, so that callers leave it out.
 *
 * @example
 * ```ts
 * @Get('/:isbn') @Returns(Book)
 * find(@Param('isbn') isbn: string, @Context() invocation?: Invocation): Promise<Book> { return remote(); }
 * ```
 */
export function Context(): ParameterDecorator {
  return parameter('context', undefined, {});
}

/**
 * Takes Node's own request; undefined in calls that do not come over HTTP. On the server only, as {@link Context}.
 *
 * @example
 * ```ts
 * @Get('/peer') @Returns(String)
 * peer(@Req() request?: IncomingMessage): Promise<string> { return remote(); }
 * ```
 */
export function Req(): ParameterDecorator {
  return parameter('request', undefined, {});
}

/**
 * Takes Node's own response. A method that begins to write it answers by itself, and its result is not written any more; one that writes
 * later awaits that. Undefined in calls that do not come over HTTP. On the server only, as {@link Context}.
 *
 * @example
 * ```ts
 * @Get('/logo')
 * async logo(@Res() response?: ServerResponse): Promise<void> { response!.end(await readFile('logo.png')); }
 * ```
 */
export function Res(): ParameterDecorator {
  return parameter('response', undefined, {});
}
