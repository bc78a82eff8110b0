import type { Readable } from 'node:stream';

/**
 * A field of a multipart body that is read part by part (`@Multipart`).
 *
 * @example
 * ```ts
 * if (part.kind === 'field') console.log(part.name, part.value);
 * ```
 */
export interface FieldPart {
  readonly kind: 'field';
  readonly name: string;
  readonly value: string;
}

/**
 * A file of a multipart body that is read part by part (`@Multipart`): nothing of it is stored. Its content is read before the next part is
 * asked for; what was not read then is thrown away.
 *
 * @example
 * ```ts
 * if (part.kind === 'file') await pipeline(part.content, createWriteStream(target));
 * ```
 */
export interface FilePart {
  readonly kind: 'file';
  readonly name: string;
  /** As the sender says, without folders and control characters; may be empty. */
  readonly filename: string;
  /** The media type, as the sender says. */
  readonly type: string;
  readonly content: Readable;
}

/**
 * What `@Multipart` gives, one after another.
 *
 * @example
 * ```ts
 * for await (const part of parts) console.log(part.kind, part.name);
 * ```
 */
export type Part = FieldPart | FilePart;
