import { annotate, ChassisError, HttpHeadersKey, HttpStatusKey } from '@ts-chassis/core';
import { validateHeaderName, validateHeaderValue } from 'node:http';

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

function invalid(target: object, member: string | symbol, complaint: string): ChassisError {
  return new ChassisError('FAILED_PRECONDITION', `${target.constructor.name}.${String(member)}: ${complaint}`, {
    code: 'SCHEMA_INVALID',
  });
}
