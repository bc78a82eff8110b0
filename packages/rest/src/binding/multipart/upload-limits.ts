import { tmpdir } from 'node:os';

/**
 * What bounds multipart bodies, and where their files lie while a request is served. What is larger is refused with 413.
 *
 * @example
 * ```ts
 * const uploads: UploadOptions = { folder: '/var/tmp', maxFileBytes: 50 * 1024 * 1024 };
 * ```
 */
export interface UploadOptions {
  /** Each request with files has a folder of its own in it, removed when the request is over. Default: the system's folder for temporary files. */
  readonly folder?: string;
  /** Longest file in bytes, where its parameter does not say otherwise; default 10 MiB. */
  readonly maxFileBytes?: number;
  /** Most files of one request; default 20. */
  readonly maxFiles?: number;
  /** Most fields that are no files; default 200. */
  readonly maxFields?: number;
  /** Longest field in bytes; default 1 MiB. All fields together are bounded by `servicecomb.transport.maxBodyBytes.rest`. */
  readonly maxFieldBytes?: number;
  /** Most parts, files and fields together; default 220. */
  readonly maxParts?: number;
  /** Most headers of one part; default 16. */
  readonly maxPartHeaders?: number;
  /** Longest multipart body in bytes; default 100 MiB, or more where the parameters of an operation allow files that need it. */
  readonly maxBytes?: number;
}

/** All of them, filled in. */
export type UploadLimits = Required<UploadOptions>;

const MIB = 1024 * 1024;

export function uploadLimits(options: UploadOptions = {}): UploadLimits {
  return {
    folder: options.folder ?? tmpdir(),
    maxFileBytes: options.maxFileBytes ?? 10 * MIB,
    maxFiles: options.maxFiles ?? 20,
    maxFields: options.maxFields ?? 200,
    maxFieldBytes: options.maxFieldBytes ?? MIB,
    maxParts: options.maxParts ?? 220,
    maxPartHeaders: options.maxPartHeaders ?? 16,
    maxBytes: options.maxBytes ?? 100 * MIB,
  };
}
