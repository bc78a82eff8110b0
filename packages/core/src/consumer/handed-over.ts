import { Readable } from 'node:stream';
import { coreError } from '../errors/core-error.js';
import { isStream } from '../invocation/settle.js';
import type { Operation, Parameter } from '../schema/operation.js';

/**
 * An opaque argument for a provider that no wire lies before: a file and a stream of parts are the very objects, bytes a stream of Node as
 * behind a wire, whatever the caller made them of.
 *
 * @throws ChassisError `ARGUMENT_INVALID` for what a wire could not send
 */
export function handedOver(operation: Operation, parameter: Parameter, value: unknown): unknown {
  if (value === undefined) return undefined;
  const { name, place, stream, file } = parameter;
  if (place === 'file') {
    if (file?.list ? Array.isArray(value) && value.every(isFile) : isFile(value)) return value;
    throw refused(operation, { name, expected: file?.list ? 'a list of files' : 'a file', value });
  }
  if (stream === 'parts') {
    if (isStream(value) || Array.isArray(value)) return value;
    throw refused(operation, { name, expected: 'an AsyncIterable of parts', value });
  }
  if (value instanceof Readable) return value;
  if (typeof value === 'string' || value instanceof Uint8Array || isStream(value)) {
    return Readable.from(value, { objectMode: false });
  }
  throw refused(operation, { name, expected: 'a stream of bytes', value });
}

/** Which objects are files is for the protocol to say; these are none in any. */
function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value);
}

interface Misfit {
  readonly name: string;
  readonly expected: string;
  readonly value: unknown;
}

function refused({ id }: Operation, { name, expected, value }: Misfit): Error {
  return coreError('ARGUMENT_INVALID', `${id}: "${name}": expected ${expected}, got ${shown(value)}`);
}

/** By its class where it is an object: what somebody took for a file or a stream. */
function shown(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? `a ${classOf(value)}` : typeof value;
}

/** How the class of an object is called. */
function classOf(value: object): string {
  return (value.constructor as unknown) === undefined ? 'Object' : value.constructor.name;
}
