import { Field, NotFound, Returns, Schema, type Invocation } from '@ts-chassis/core';
import {
  Body,
  Context,
  Get,
  HttpCode,
  Param,
  Post,
  Req,
  Socket,
  Upgrade,
  UseMiddleware,
  type UpgradeRequest,
} from '@ts-chassis/rest';
import express from 'express';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

export class Note {
  @Field({ minLength: 1, maxLength: 500 }) text!: string;
}

/** Whether the header `X-Signature` is the right one for the bytes that came. */
function isSigned(bytes: Buffer, signature: unknown): boolean {
  const wanted = createHmac('sha256', process.env['WEBHOOK_SECRET'] ?? 'sample')
    .update(bytes)
    .digest();
  const got = Buffer.from(String(signature), 'hex');
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}

/** Plain middleware: it needs the bytes as they came, so it stands behind a parser that leaves them alone. */
function checkSignature(
  request: IncomingMessage & { body?: Buffer },
  _response: unknown,
  next: (error?: Error) => void,
): void {
  if (isSigned(request.body ?? Buffer.alloc(0), request.headers['x-signature'])) return next();
  // What http-errors makes: the status and the words are kept.
  next(Object.assign(new Error('the signature is wrong'), { status: 403 }));
}

@Schema({ id: 'notes', path: '/notes' })
export class Notes {
  readonly #notes: Note[] = [];
  readonly #readers = new Set<WebSocket>();
  readonly #sockets = new WebSocketServer({ noServer: true });

  @Get('/:number')
  @Returns(Note)
  read(@Param('number', { integer: true, minimum: 0 }) number: number): Note {
    const note = this.#notes[number];
    if (!note) throw NotFound(`no note ${number}`);
    return note;
  }

  @Post()
  @HttpCode(201)
  @Returns(Note)
  add(@Body() note: Note): Note {
    this.#notes.push(note);
    for (const reader of this.#readers) reader.send(JSON.stringify(note));
    return note;
  }

  /** As `add`, for a webhook that signs what it sends. The parser's bytes become the argument, checked as ever. */
  @Post('/signed')
  @HttpCode(201)
  @Returns(Note)
  @UseMiddleware(express.raw({ type: 'application/json' }), checkSignature)
  addSigned(@Body() note: Note): Note {
    return this.add(note);
  }

  /** New notes as they come, over a WebSocket. */
  @Upgrade('/feed')
  feed(@Socket() upgrade?: UpgradeRequest, @Context() invocation?: Invocation): void {
    const { request, socket, head } = upgrade!;
    this.#sockets.handleUpgrade(request, socket, head, (reader) => {
      this.#readers.add(reader);
      reader.on('error', () => reader.terminate());
      // The client left, or this service stops.
      invocation!.onCancel(() => {
        this.#readers.delete(reader);
        reader.close(1001);
      });
    });
  }

  /** Who asks, as the middleware of the listener found out. */
  @Get('/who/am/i')
  @Returns(String)
  who(@Context() invocation?: Invocation, @Req() request?: IncomingMessage): string {
    const { name } = (invocation!.principal ?? { name: 'nobody' }) as { name: string };
    return `${name} from ${request!.socket.remoteAddress}`;
  }
}
