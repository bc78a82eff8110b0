/**
 * The least that calls gRPC on `node:http2` with protobufjs: one connection, one message each way, status and message of a failure.
 * What a client needs beside is in docs/adr/0009-grpc-on-http2.md.
 */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { framed, unframed } from './grpc-framing.js';

class UnaryCall {
  private readonly chunks: Buffer[] = [];
  private status: string | undefined;
  private message = '';

  constructor(
    private readonly stream: ClientHttp2Stream,
    private readonly resolve: (message: Buffer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    stream.on('response', (headers) => this.see(headers));
    stream.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    stream.on('trailers', (headers) => this.see(headers));
    stream.on('end', () => this.end());
    stream.on('error', reject);
  }

  private see(headers: IncomingHttpHeaders): void {
    const status = headers['grpc-status'];
    if (status === undefined) return;
    this.status = String(status);
    this.message = String(headers['grpc-message'] ?? '');
  }

  private end(): void {
    if (this.status === '0') this.resolve(unframed(this.chunks));
    else this.reject(new Error(`status ${this.status ?? 'missing'} ${this.message} on stream ${this.stream.id}`));
  }
}

export class Http2Caller {
  private readonly session: ClientHttp2Session;

  constructor(private readonly authority: string) {
    this.session = connect(`http://${authority}`);
  }

  call(path: string, message: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request(
        {
          ':method': 'POST',
          ':path': path,
          ':scheme': 'http',
          ':authority': this.authority,
          'content-type': 'application/grpc',
          te: 'trailers',
          'user-agent': 'prototype',
        },
        { endStream: false },
      );
      new UnaryCall(stream, resolve, reject);
      stream.end(framed(message));
    });
  }
}
