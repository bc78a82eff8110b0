import { annotate, ChassisError, ConsumesKey } from '@ts-chassis/core';

const MEDIA_RANGE = /^(?:\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/;

/**
 * Says which media types a method reads as its body, or all methods of a class; what stands on the method wins. Anything else is refused with
 * 415. Without it a body is JSON, or what a codec reads. By its type a body becomes
 *
 * - JSON (`application/json`, `+json`): its value;
 * - a form (`application/x-www-form-urlencoded`, `multipart/form-data`): one object of its fields, or the parameters marked `@Form`;
 * - `text/*`, XML: a text in UTF-8;
 * - anything else: a `Buffer`.
 *
 * @param types - media types or ranges such as `text/*`, `*\/*`, without parameters; a body without a media type counts as the first
 * @throws ChassisError `SCHEMA_INVALID` for what is no media type, when the class is declared
 *
 * @example
 * ```ts
 * @Post('/notes') @Consumes('text/plain', 'text/markdown')
 * note(@Body() text: string): Promise<void> { return remote(); }
 *
 * @Post('/login') @Consumes('application/x-www-form-urlencoded')
 * login(@Body() credentials: Credentials): Promise<void> { return remote(); }
 * ```
 */
export function Consumes(...types: readonly string[]): ClassDecorator & MethodDecorator {
  return (target: object, member?: string | symbol): void => {
    const wrong = types.find((type) => !MEDIA_RANGE.test(type));
    if (types.length > 0 && wrong === undefined) {
      annotate(target, ConsumesKey, { ...(member !== undefined && { member }), value: types.map(lower) });
      return;
    }
    const owner = typeof target === 'function' ? target.name : target.constructor.name;
    const where = member === undefined ? owner : `${owner}.${String(member)}`;
    const got = wrong === undefined ? 'none' : JSON.stringify(wrong);
    const message = `${where}: @Consumes expected media types without parameters, such as text/csv, got ${got}`;
    throw new ChassisError('FAILED_PRECONDITION', message, { code: 'SCHEMA_INVALID' });
  };
}

function lower(type: string): string {
  return type.toLowerCase();
}
