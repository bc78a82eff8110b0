import { annotate, ChassisError, HttpHeadersKey, HttpStatusKey, ProducesKey } from '@ts-chassis/core';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { redirectStatus, redirectTarget, type RedirectStatus } from '../replies/redirect-to.js';
import { Get } from './routes.js';

/**
 * Sets the status of a method's successful replies; default 200, or 204 when it gives nothing back.
 *
 * @param status - 200 to 399
 * @throws ChassisError `SCHEMA_INVALID` for any other number, when the class is declared
 *
 * @example
 * ```ts
 * @Post() @HttpCode(201) @Returns(Book)
 * add(@Body() book: NewBook): Promise<Book> { return remote(); }
 * ```
 */
export function HttpCode(status: number): MethodDecorator {
  return (target, member) => {
    if (!Number.isInteger(status) || status < 200 || status > 399) {
      throw invalid(
        target,
        member,
        `@HttpCode expected a whole number from 200 to 399, got ${String(status)}; failures are thrown`,
      );
    }
    annotate(target, HttpStatusKey, { member, value: status });
  };
}

/**
 * Adds a fixed header to a method's successful replies. What the reply itself says wins.
 *
 * @param name - in any case
 * @param value - one line of Latin-1 text
 * @throws ChassisError `SCHEMA_INVALID` for what HTTP does not allow, when the class is declared
 *
 * @example
 * ```ts
 * @Get() @Header('Cache-Control', 'max-age=60') @Returns([Book])
 * list(): Promise<Book[]> { return remote(); }
 * ```
 */
export function Header(name: string, value: string): MethodDecorator {
  return (target, member) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw invalid(target, member, `@Header(${JSON.stringify(name)}, ...): ${(error as Error).message}`);
    }
    annotate(target, HttpHeadersKey, {
      member,
      update: (own) => [...(own ?? []), [name.toLowerCase(), value] as const],
    });
  };
}

const MEDIA_TYPE = /^(?:\*|[!#$%&'*+\-.^_`|~0-9A-Za-z]+)\/(?:\*|[!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*;[\x20-\x7e]*)?$/;

/**
 * Lists the media types a method, or every method of a class, can answer with, the one without `Accept` first; a method's own list wins. Which one is
 * sent follows from the request's `Accept`; who accepts none of them gets 406 before the method runs. Default: JSON and what codecs add, for a stream also
 * `application/x-ndjson` and `text/event-stream`.
 *
 * JSON types and those of codecs are written out of the value; all others leave as they are: text, bytes, a file. `image/*` and
 * `*\/*` leave it to the reply's own `content-type`.
 *
 * @param types - such as `text/csv; charset=utf-8`; text without a charset is sent as UTF-8
 * @throws ChassisError `SCHEMA_INVALID` for an empty list and for what is no media type, when the class is declared
 *
 * @example
 * ```ts
 * @Get('/export') @Produces('text/csv') @Returns(String)
 * export(): Promise<string> { return remote(); }
 * ```
 */
export function Produces(...types: readonly string[]): ClassDecorator & MethodDecorator {
  return (target: object, member?: string | symbol) => {
    const wrong = types.length === 0 ? 'no type' : types.find((type) => !MEDIA_TYPE.test(type));
    if (wrong !== undefined) {
      const complaint = `@Produces expected media types such as text/csv, got ${JSON.stringify(wrong)}`;
      throw invalid(target, member, complaint);
    }
    annotate(target, ProducesKey, member === undefined ? { value: types } : { value: types, member });
  };
}

/**
 * Has a method that gives nothing back send the client elsewhere. What the method itself replies with, as with `redirectTo`, wins.
 *
 * @param url - as for `redirectTo`
 * @param status - default 302
 * @throws ChassisError `REPLY_HEADER_INVALID` for a URL with a line break, and for another status, when the class is declared
 *
 * @example
 * ```ts
 * @Get('/docs') @Redirect('https://example.com/docs', 301) @Returns()
 * docs(): void {}
 * ```
 */
export function Redirect(url: string, status: RedirectStatus = 302): MethodDecorator {
  const location = redirectTarget(url);
  const value = redirectStatus(status);
  return (target, member) => {
    annotate(target, HttpStatusKey, { member, value });
    annotate(target, HttpHeadersKey, { member, update: (own) => [...(own ?? []), ['location', location] as const] });
  };
}

/**
 * Routes `GET` requests to a method whose stream is sent as server-sent events (`text/event-stream`) and as nothing else. It goes on as long as the client
 * listens: the listener's time limit does not end it.
 *
 * @param path - as for `Get`
 * @throws ChassisError `SCHEMA_INVALID` for a second route on the method
 *
 * @example
 * ```ts
 * @Sse('/prices') @Returns(Price, { stream: true })
 * prices(): AsyncIterable<Price> { return remote(); }
 * ```
 */
export function Sse(path = ''): MethodDecorator {
  return (target, member, descriptor) => {
    Get(path)(target, member, descriptor);
    annotate(target, ProducesKey, { member, value: ['text/event-stream'] });
  };
}

function invalid(target: object, member: string | symbol | undefined, complaint: string): ChassisError {
  const type = typeof target === 'function' ? target : target.constructor;
  const where = member === undefined ? type.name : `${type.name}.${String(member)}`;
  return new ChassisError('FAILED_PRECONDITION', `${where}: ${complaint}`, {
    code: 'SCHEMA_INVALID',
  });
}
