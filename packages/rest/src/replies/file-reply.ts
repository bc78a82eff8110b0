import { ChassisError, NotFound, replyWith, type Reply } from '@ts-chassis/core';
import { resolve } from 'node:path';
import { contentDisposition } from './content-disposition.js';
import { FileBody, type FileSending } from './file-body.js';
import { isFile, locateFile } from './locate-file.js';

/**
 * How {@link fileReply} sends a file.
 *
 * @example
 * ```ts
 * const options: FileReplyOptions = { root: 'uploads', download: 'report.pdf', maxAgeMs: 60_000 };
 * ```
 */
export interface FileReplyOptions {
  /**
   * The folder that the path is looked up in. Always said when the path comes from outside: nothing beyond the folder, no link out of it and
   * no name beginning with a dot is found then. Without it the path is trusted, and relative to the working directory.
   */
  readonly root?: string;
  /** The media type; default by the file's extension, `application/octet-stream` for unknown ones. */
  readonly type?: string;
  /** The name under which a browser saves it; without it the browser may show it. */
  readonly download?: string;
  /** How long a client may keep it without asking again, in milliseconds; default 0: it asks each time, and is told 304 when nothing changed. */
  readonly maxAgeMs?: number;
  /** Whether caches that many share may keep it too, because all may see it; default false. */
  readonly shared?: boolean;
  /** Whether it never changes under its name; default false. */
  readonly immutable?: boolean;
  /** Whether an `ETag` of its size and time is sent; default true. */
  readonly etag?: boolean;
  /** Whether its time is sent; default true. */
  readonly lastModified?: boolean;
  /** Whether a client may ask for a part; default true. */
  readonly acceptRanges?: boolean;
  /** Further headers, names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * A reply that is a file, read while it is sent: with conditional requests, ranges, `HEAD` and a media type by its extension. Awaited in the
 * method, so that a file that is not there is a 404 for all handlers. It needs HTTP: a call in the same process, or over the wire
 * of a `TestApplication`, fails with `RESULT_INVALID`.
 *
 * @param path - of the file
 * @throws ChassisError `NOT_FOUND` when there is no such file, or none that may be seen; `REPLY_HEADER_INVALID` for a type of more than one line
 *
 * @example
 * ```ts
 * @Get('/:name') @Produces('application/pdf')
 * async invoice(@Param('name') name: string): Promise<Reply> {
 *   return fileReply(name, { root: 'invoices', download: name });
 * }
 * ```
 */
export async function fileReply(path: string, options: FileReplyOptions = {}): Promise<Reply> {
  const { type, download, root, headers, maxAgeMs = 0, immutable = false, shared = false, ...sending } = options;
  if (type !== undefined && !/^[\x20-\x7e]+$/.test(type)) {
    throw new ChassisError('INTERNAL', `fileReply: type: expected a media type, got ${JSON.stringify(type)}`, {
      code: 'REPLY_HEADER_INVALID',
    });
  }
  return replyWith(new FileBody(await existing(path, root), sending satisfies FileSending), {
    headers: {
      // A method may decide who sees a file; a cache that many share cannot.
      'cache-control': `${shared ? 'public' : 'private'}, max-age=${Math.floor(maxAgeMs / 1000)}${immutable ? ', immutable' : ''}`,
      ...(type !== undefined && { 'content-type': type }),
      ...(download !== undefined && { 'content-disposition': contentDisposition(download) }),
      ...headers,
    },
  });
}

async function existing(path: string, root: string | undefined): Promise<string> {
  if (root === undefined) {
    const trusted = resolve(path);
    if (await isFile(trusted)) return trusted;
  } else {
    const located = await locateFile(path, { root: resolve(root), dotfiles: false, followsLinks: false });
    if (located?.kind === 'file') return located.path;
  }
  throw NotFound('there is no such file');
}
