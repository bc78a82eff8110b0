import { Field, Returns, Schema, type Reply } from '@ts-chassis/core';
import {
  Body,
  Consumes,
  FileUpload,
  Form,
  Get,
  HttpCode,
  Multipart,
  Param,
  Post,
  Produces,
  UploadedFile,
  UploadedFiles,
  type Part,
} from '@ts-chassis/rest';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CoverStore } from './cover-store.js';

const ISBN = '^[0-9]{13}$';

export class Cover {
  @Field({ pattern: ISBN }) isbn!: string;
  @Field({ minLength: 1, maxLength: 80 }) caption!: string;
}

export class Stored {
  @Field() name!: string;
  @Field() type!: string;
  @Field({ integer: true }) size!: number;
}

export class Digest {
  @Field() name!: string;
  @Field() sha256!: string;
}

@Schema({ id: 'covers', path: '/covers' })
export class Covers {
  constructor(private readonly covers: CoverStore) {}

  /** A file and a field of one form: the file was written to a temporary folder while it came, and stays only because it is moved. */
  @Post()
  @HttpCode(201)
  @Returns(Stored)
  async add(
    @UploadedFile('cover', { types: ['image/*'] }) cover: FileUpload,
    @Form('isbn', { pattern: ISBN }) isbn: string,
  ): Promise<Stored> {
    await this.covers.keep(isbn, cover);
    return { name: cover.filename, type: cover.type, size: cover.size };
  }

  @Get('/:isbn')
  @Produces('application/octet-stream')
  @Returns(Buffer)
  find(@Param('isbn', { pattern: ISBN }) isbn: string): Promise<Reply> {
    return this.covers.find(isbn);
  }

  /** Files that are looked at and not kept: nothing of them is left when the answer is out. */
  @Post('/compare')
  @Returns([Digest])
  compare(@UploadedFiles('covers', { maxCount: 3 }) covers: FileUpload[]): Promise<Digest[]> {
    return Promise.all(covers.map(async (cover) => digest(cover.filename, cover.stream())));
  }

  /** Part by part, while they come: nothing touches the disk, however large. */
  @Post('/digest')
  @Returns([Digest])
  async digest(@Multipart() parts: AsyncIterable<Part>): Promise<Digest[]> {
    const digests: Digest[] = [];
    for await (const part of parts) if (part.kind === 'file') digests.push(await digest(part.filename, part.content));
    return digests;
  }

  /** The bytes of a body as they come. */
  @Post('/raw')
  @Consumes('application/octet-stream', 'image/*')
  @Returns(Digest)
  raw(@Body() image: Readable): Promise<Digest> {
    return digest('body', image);
  }

  /** One JSON value to a line, or an array: each is checked when it is its turn. */
  @Post('/captions')
  @Returns(Number)
  async captions(@Body(Cover, { stream: true }) covers: AsyncIterable<Cover>): Promise<number> {
    let letters = 0;
    for await (const { caption } of covers) letters += caption.length;
    return letters;
  }
}

async function digest(name: string, content: Readable): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk as Buffer);
  return { name, sha256: hash.digest('hex') };
}
