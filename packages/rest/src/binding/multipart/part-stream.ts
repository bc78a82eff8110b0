import { beginBody } from '../begin-body.js';
import type { BodyPlan, IncomingBody, OpenBody } from '../open-body.js';
import type { RequestStream } from '../request-stream.js';
import { fieldText } from './field-text.js';
import type { Part } from './part.js';
import { boundaryOf, PartReader, type ArrivingPart } from './part-reader.js';
import type { UploadLimits } from './upload-limits.js';

interface PartStreamOptions {
  /** The media type of a request; throws for one that is not read. */
  readonly typeOf: (incoming: IncomingBody) => string;
  readonly limits: UploadLimits;
  /** Longest body. */
  readonly maxBytes: number;
}

/** A multipart body that is handed to the method part by part. */
export class PartStreamPlan implements BodyPlan {
  readonly replayable = false;

  constructor(private readonly options: PartStreamOptions) {}

  open(incoming: IncomingBody): OpenBody {
    this.options.typeOf(incoming);
    return new OpenPartStream(incoming, this.options);
  }
}

class OpenPartStream implements OpenBody {
  readonly arrived = undefined;
  readonly #stream: RequestStream;
  readonly #parts: Parts;

  constructor(
    private readonly incoming: IncomingBody,
    { limits, maxBytes }: PartStreamOptions,
  ) {
    const boundary = boundaryOf(incoming.request.headers['content-type'] ?? '');
    this.#stream = beginBody(incoming, maxBytes);
    this.#parts = new Parts(new PartReader(this.#stream, { boundary, limits }), limits.maxFieldBytes);
  }

  value(): unknown {
    return this.#parts;
  }

  fail(error: Error): void {
    this.#stream.destroy(error);
  }

  close(): undefined {
    this.#stream.destroy();
    this.incoming.request.resume();
  }
}

/** Parts as methods see them. */
class Parts implements AsyncIterableIterator<Part> {
  #last: ArrivingPart | undefined;

  constructor(
    private readonly reader: PartReader,
    private readonly maxFieldBytes: number,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Part>> {
    this.#last?.content.resume();
    const next = await this.reader.next();
    if (next.done) return { done: true, value: undefined };
    const { head, content } = (this.#last = next.value);
    const { name, filename, type } = head;
    if (filename !== undefined) return { done: false, value: { kind: 'file', name, filename, type, content } };
    try {
      const value = await fieldText(head, content, this.maxFieldBytes);
      return { done: false, value: { kind: 'field', name, value } };
    } catch (error) {
      await this.reader.return();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Part>> {
    await this.reader.return();
    return { done: true, value: undefined };
  }
}
