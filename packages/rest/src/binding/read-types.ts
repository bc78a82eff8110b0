import type { IncomingHttpHeaders } from 'node:http';
import { restError } from '../codes.js';
import type { Codecs } from './codec.js';
import { coversType, FORM, isJsonType, MULTIPART, parseMediaType } from './media-type.js';

const JSON_TYPES = ['application/json', 'application/*'];

/** The media types that an operation reads. */
export class ReadTypes {
  constructor(
    private readonly operationId: string,
    /** Empty for JSON of any name, and those of codecs. */
    private readonly consumes: readonly string[],
    private readonly codecs: Codecs,
  ) {}

  /** Whether JSON under its plain name, as nearly every body has it, needs no second look. */
  get isPlainJson(): boolean {
    return this.consumes.length === 0;
  }

  /**
   * The media type of a body. One without a media type counts as the first that is read.
   *
   * @throws ChassisError `UNSUPPORTED_MEDIA_TYPE`
   */
  typeOf(headers: IncomingHttpHeaders): string {
    const header = headers['content-type'];
    if (header === undefined) return this.consumes[0] ?? 'application/json';
    const { type, charset } = parseMediaType(header);
    if (!this.#reads(type)) throw this.#unsupported(type || 'an empty media type');
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
      throw this.#unsupported(`charset ${charset}`);
    }
    return type;
  }

  #reads(type: string): boolean {
    if (this.consumes.length > 0) return coversType(this.consumes, type);
    return (isJsonType(type) && coversType(JSON_TYPES, type)) || this.codecs.has(type);
  }

  #unsupported(got: string): Error {
    const consumes = this.consumes.length === 0 ? ['application/json', ...this.codecs.keys()] : this.consumes;
    const isText = consumes.some((type) => isJsonType(type) || type === FORM || type === MULTIPART);
    return restError(
      'UNSUPPORTED_MEDIA_TYPE',
      `${this.operationId}: expected ${consumes.join(' or ')}${isText ? ' in UTF-8' : ''}, got ${got.slice(0, 100)}`,
      { details: { consumes } },
    );
  }
}
