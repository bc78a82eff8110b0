import { isUtf8 } from 'node:buffer';
import { restError } from '../../codes.js';
import { beginBody } from '../begin-body.js';
import { parseJsonText } from '../json-text.js';
import type { BodyPlan, IncomingBody, OpenBody } from '../open-body.js';
import type { RequestStream } from '../request-stream.js';
import type { ItemOptions } from './item-options.js';
import { LINE_TYPES } from './item-types.js';
import { JsonArrayItems } from './json-array-items.js';
import { LineItems } from './line-items.js';

/** A body that is handed to the method as it comes. */
abstract class StreamPlan implements BodyPlan {
  readonly replayable = false;

  /**
   * @param typeOf - the media type of a request; throws for one that is not read
   * @param maxBytes - the longest body
   */
  constructor(
    private readonly typeOf: (incoming: IncomingBody) => string,
    private readonly maxBytes: number,
  ) {}

  open(incoming: IncomingBody): OpenBody {
    const type = this.typeOf(incoming);
    const stream = beginBody(incoming, this.maxBytes);
    return new OpenStream(incoming, stream, this.read(stream, type, incoming));
  }

  /** What the method gets. */
  protected abstract read(stream: RequestStream, type: string, incoming: IncomingBody): AsyncIterable<unknown>;
}

/** The items of a body one by one: one JSON value to a line, or a JSON array. */
export class ItemStreamPlan extends StreamPlan {
  protected read(stream: RequestStream, type: string, incoming: IncomingBody): AsyncIterable<unknown> {
    const bytes = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const options = optionsOf(incoming);
    return LINE_TYPES.includes(type) ? new LineItems(bytes, options) : new JsonArrayItems(bytes, options);
  }
}

/** The bytes of a body, as a Node stream. */
export class ByteStreamPlan extends StreamPlan {
  protected read(stream: RequestStream): AsyncIterable<unknown> {
    return stream;
  }
}

class OpenStream implements OpenBody {
  readonly arrived = undefined;

  constructor(
    private readonly incoming: IncomingBody,
    private readonly stream: RequestStream,
    private readonly read: AsyncIterable<unknown>,
  ) {}

  value(): unknown {
    return this.read;
  }

  fail(error: Error): void {
    this.stream.destroy(error);
  }

  /** What the method left of it is thrown away. */
  close(): undefined {
    this.stream.destroy();
    this.incoming.request.resume();
  }
}

function optionsOf({ limits }: IncomingBody): ItemOptions {
  const maxItemBytes = limits.maxBodyBytes || Infinity;
  return {
    maxItemBytes,
    parse: (bytes) => {
      if (!isUtf8(bytes)) throw restError('BODY_MALFORMED', 'the body is not valid UTF-8');
      return parseJsonText(bytes.toString('utf8'));
    },
    invalid: (what) => restError('BODY_MALFORMED', `the streamed body is not valid: ${what}`),
    tooLarge: () =>
      restError('BODY_TOO_LARGE', `an item of the body is larger than ${maxItemBytes} bytes`, {
        details: { limit: maxItemBytes },
      }),
  };
}
