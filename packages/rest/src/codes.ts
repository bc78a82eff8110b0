import { ChassisError, type ChassisErrorOptions, type ErrorCode } from '@ts-chassis/core';

/**
 * One row of {@link REST_ERRORS}: as core's, with the status it is answered with.
 *
 * @example
 * ```ts
 * const row: RestErrorRow = { status: 418, kind: 'UNIMPLEMENTED', when: 'coffee is asked for', remedy: 'Ask for tea.' };
 * ```
 */
export interface RestErrorRow extends ErrorCode {
  /** The HTTP status; it may be finer than that of the kind. */
  readonly status: number;
}

/**
 * The codes that REST throws or answers with, beside those of core; `docs/errors.md` is generated from both.
 *
 * @example
 * ```ts
 * console.log(REST_ERRORS.BODY_TOO_LARGE.status); // 413
 * ```
 */
export const REST_ERRORS = {
  URL_MALFORMED: {
    status: 400,
    kind: 'INVALID_ARGUMENT',
    when: 'the path or the query of a request is not valid percent-encoded UTF-8, or has too many parameters',
    remedy: 'Encode the URL as RFC 3986 says.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    kind: 'INVALID_ARGUMENT',
    when: 'what came over the connection is no HTTP request',
    remedy: 'Speak HTTP/1.1 to this port.',
  },
  BODY_MALFORMED: {
    status: 400,
    kind: 'INVALID_ARGUMENT',
    when: 'a body is not what its media type or its coding promises: no JSON, no UTF-8, no end, too deeply nested, or with keys that would reach a prototype',
    remedy: 'Correct the body; the message says where it went wrong.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    kind: 'UNIMPLEMENTED',
    when: 'the path exists, but not for this method',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  VERSION_UNSUPPORTED: {
    status: 400,
    kind: 'INVALID_ARGUMENT',
    when: 'a request names no version of the API in the header for it, or one that no operation of the route answers',
    remedy: 'Name one of the versions in `details.versions`.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    kind: 'INVALID_ARGUMENT',
    when: 'the `Accept` header leaves out every media type, or every version, the operation produces',
    remedy: 'Accept one of the media types in `details.produces`, or one of the versions in `details.versions`.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    kind: 'FAILED_PRECONDITION',
    when: 'the resource is in another state than the request wants by `If-Match`, `If-None-Match` or `If-Unmodified-Since`',
    remedy: 'Read the resource again and decide anew.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    kind: 'OUT_OF_RANGE',
    when: 'the `Range` of a request begins behind the end of what is asked for',
    remedy: 'Ask for a part within `details.length` bytes.',
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    kind: 'FAILED_PRECONDITION',
    when: 'an operation changes a resource only for who says which state of it is meant, and the request does not',
    remedy: 'Send `If-Match` with the `ETag` of the state that was read.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    kind: 'DEADLINE_EXCEEDED',
    when: 'the headers or the body of a request came too slowly',
    remedy: 'Send the request at once; `servicecomb.transport.timeout.rest` bounds it.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    kind: 'INVALID_ARGUMENT',
    when: 'a body is larger than the listener reads',
    remedy: 'Send less, or raise `servicecomb.transport.maxBodyBytes.rest`.',
  },
  FILE_TOO_LARGE: {
    status: 413,
    kind: 'INVALID_ARGUMENT',
    when: 'a file of a multipart body is larger than its parameter takes',
    remedy: 'Send a smaller file, or raise `maxBytes` of `@UploadedFile`, or `uploads.maxFileBytes` of `rest`.',
  },
  TOO_MANY_PARTS: {
    status: 413,
    kind: 'INVALID_ARGUMENT',
    when: 'a multipart body has more parts, files, fields, files of one name or headers in a part than are read',
    remedy: 'Send fewer, or raise `maxCount` of `@UploadedFiles`, or the limits of `uploads` of `rest`.',
  },
  FILE_TYPE_REFUSED: {
    status: 415,
    kind: 'INVALID_ARGUMENT',
    when: 'a file of a multipart body has a media type that its parameter does not take',
    remedy: 'Send a file of one of the types in `details.types`.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    kind: 'INVALID_ARGUMENT',
    when: 'a request has an `Expect` header that is not `100-continue`',
    remedy: 'Send the request without that header.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    kind: 'INVALID_ARGUMENT',
    when: 'a body has a media type, charset or encoding that the operation does not read',
    remedy:
      'Send one of the media types in `details.consumes`, in UTF-8, as it is or in a coding that the `Accept-Encoding` of the answer lists.',
  },
  UPGRADE_REQUIRED: {
    status: 426,
    kind: 'FAILED_PRECONDITION',
    when: 'a path that is there for another protocol only (`@Upgrade`) is asked for without an `Upgrade` to it',
    remedy: 'Ask for the protocol in the `Upgrade` header of the answer.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    kind: 'INVALID_ARGUMENT',
    when: 'the headers of a request are too many or too large',
    remedy: 'Send fewer, or raise `servicecomb.transport.maxHeaderBytes.rest`.',
  },
  ROUTE_INVALID: {
    status: 500,
    kind: 'FAILED_PRECONDITION',
    when: 'a route cannot be served: it is declared twice, or its pattern is not one that is matched in linear time',
    remedy: 'Follow the message: it names the operations and the route.',
  },
  MIDDLEWARE_INVALID: {
    status: 500,
    kind: 'FAILED_PRECONDITION',
    when: 'something listed as Express middleware is none, or its path is no plain path',
    remedy: 'Follow the message: it names the list and the entry.',
  },
  BODY_TAKEN: {
    status: 500,
    kind: 'INTERNAL',
    when: 'Express middleware read the body of a request and left nothing in `request.body` for the operation',
    remedy: 'Leave the body unread, or put what was read into `request.body`.',
  },
  SOCKET_NOT_TAKEN: {
    status: 500,
    kind: 'INTERNAL',
    when: 'a method with `@Upgrade` came to its end and nobody had answered on the socket',
    remedy: 'Hand the socket over (`handleUpgrade` of ws) before the method ends, or throw what refuses the request.',
  },
  PACKAGE_MISSING: {
    status: 500,
    kind: 'FAILED_PRECONDITION',
    when: 'something is asked for that an npm package does, which is not installed with this one',
    remedy: 'Install the package; the message names it.',
  },
  REPLY_INVALID: {
    status: 500,
    kind: 'INTERNAL',
    when: 'a called service answered with something that is not what its contract says: no JSON, too large, or broken off',
    remedy: 'Look at the called service; the message names the operation and what came.',
  },
  REPLY_HEADER_INVALID: {
    status: 500,
    kind: 'INTERNAL',
    when: 'a redirect, a cookie, an `etag`, an event or a file reply is made with a text that no header or line may hold, a line break above all',
    remedy: 'Check the text before; the message in the log names it.',
  },
  SOURCE_FAILED: {
    status: 500,
    kind: 'INTERNAL',
    when: 'what the caller gave to be streamed as the body of a call failed while it was sent',
    remedy: 'Look at the cause: it is the failure of the iterable, stream or file that was given.',
  },
  FETCH_INVALID: {
    status: 500,
    kind: 'INVALID_ARGUMENT',
    when: 'a URL given to `RestClient.fetch` names no service, or a path parameter is missing',
    remedy: 'Write `http://Service[:port]/path` and give a value for every name in braces.',
  },
} as const satisfies Record<string, RestErrorRow>;

/**
 * The codes of {@link REST_ERRORS}.
 *
 * @example
 * ```ts
 * const code: RestErrorCode = 'NOT_ACCEPTABLE';
 * ```
 */
export type RestErrorCode = keyof typeof REST_ERRORS;

/** A `ChassisError` with a code of REST's table. It has no stack: most are answers to bad input, which must stay cheap. */
export function restError(
  code: RestErrorCode,
  message: string,
  options?: Omit<ChassisErrorOptions, 'code'>,
): ChassisError {
  return ChassisError.withoutStack(REST_ERRORS[code].kind, message, { ...options, code });
}
