import { annotateParameter, type FileLimits } from '@ts-chassis/core';

/**
 * What {@link UploadedFile} takes of a file.
 *
 * @example
 * ```ts
 * const options: UploadedFileOptions = { maxBytes: 1_000_000, types: ['image/*'], optional: true };
 * ```
 */
export interface UploadedFileOptions {
  /** Longest file in bytes, else 413; default what `uploads.maxFileBytes` of `rest` says (10 MiB). */
  readonly maxBytes?: number;
  /** Media types taken, ranges such as `image/*` among them, else 415; default any. What the sender says counts: nobody looks inside. */
  readonly types?: readonly string[];
  /** Whether it may be left out; default false. */
  readonly optional?: boolean;
  readonly description?: string;
}

/**
 * What {@link UploadedFiles} takes of files.
 *
 * @example
 * ```ts
 * const options: UploadedFilesOptions = { maxCount: 5, types: ['application/pdf'] };
 * ```
 */
export interface UploadedFilesOptions extends UploadedFileOptions {
  /** Most files of the name, else 413; default what `uploads.maxFiles` of `rest` says (20). */
  readonly maxCount?: number;
}

/**
 * Takes a file of a form (`multipart/form-data`) as a `FileUpload`. It was written to a folder of the request while it came, and is removed when
 * the request is over unless the method moved it. Fields of the same form are taken by `@Form`; files that nobody takes are thrown away.
 *
 * @param name - of the form's field; default: the parameter's own name
 * @param options - limits, `optional`
 *
 * @example
 * ```ts
 * @Post('/covers') @Returns(Cover)
 * async add(@UploadedFile('cover', { types: ['image/*'] }) cover: FileUpload, @Form('isbn') isbn: string): Promise<Cover> {
 *   await cover.moveTo(join(this.folder, isbn));
 *   return { isbn, size: cover.size };
 * }
 * ```
 */
export function UploadedFile(name?: string, options: UploadedFileOptions = {}): ParameterDecorator {
  return fileParameter(name, options, { list: false });
}

/**
 * Takes all files of one name as a list, as {@link UploadedFile} takes one.
 *
 * @param name - of the form's field; default: the parameter's own name
 * @param options - limits, `optional`
 *
 * @example
 * ```ts
 * @Post('/scans') @Returns(Number)
 * scan(@UploadedFiles('pages', { maxCount: 50 }) pages: FileUpload[]): number { return pages.length; }
 * ```
 */
export function UploadedFiles(name?: string, options: UploadedFilesOptions = {}): ParameterDecorator {
  const { maxCount } = options;
  return fileParameter(name, options, { list: true, ...(maxCount !== undefined && { maxCount }) });
}

/**
 * Takes a multipart body part by part, as an `AsyncIterable` of `Part`, while it comes: nothing of it is stored. The content of a file is read before
 * the next part is asked for; what is not read holds the client back.
 *
 * @param options - `maxBytes`: the longest body in bytes, else 413; default what `uploads.maxBytes` of `rest` says (100 MiB)
 *
 * @example
 * ```ts
 * @Post('/archive') @Returns()
 * async archive(@Multipart() parts: AsyncIterable<Part>): Promise<void> {
 *   for await (const part of parts) if (part.kind === 'file') await this.store.write(part.filename, part.content);
 * }
 * ```
 */
export function Multipart(
  options: { readonly maxBytes?: number; readonly description?: string } = {},
): ParameterDecorator {
  return (target, member, index) =>
    annotateParameter({ target, member, index }, { ...options, place: 'body', stream: 'parts' });
}

function fileParameter(
  name: string | undefined,
  { maxBytes, types, optional, description }: UploadedFileOptions,
  limits: FileLimits,
): ParameterDecorator {
  const file: FileLimits = {
    ...limits,
    ...(maxBytes !== undefined && { maxBytes }),
    ...(types !== undefined && { types: types.map((type) => type.toLowerCase()) }),
  };
  const said = { ...(optional !== undefined && { optional }), ...(description !== undefined && { description }) };
  return (target, member, index) =>
    annotateParameter({ target, member, index }, { ...said, place: 'file', name, file });
}
