import { connect, type Socket } from 'node:net';

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Types of frames, RFC 9113 section 6. */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const END_HEADERS = 4;

export interface Frame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Buffer;
}

/** A frame of HTTP/2. */
export function frame({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header block without compression: literals that are never indexed. */
export function block(headers: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0x10]), text(name), text(value)]);
  return Buffer.concat(parts);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([length(bytes.length), bytes]);
}

/** A number with a prefix of seven bits. */
function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  for (let rest = value - 127; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** The headers of a call. */
export function callHeaders(path: string, more: Readonly<Record<string, string>> = {}): Buffer {
  return block({
    ...{ ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': 'a' },
    ...{ 'content-type': 'application/grpc', te: 'trailers' },
    ...more,
  });
}

/** A connection that is written by hand. */
export class RawConnection {
  readonly socket: Socket;
  readonly frames: Required<Frame>[] = [];
  closed = false;
  #rest = Buffer.alloc(0);
  #changed: (() => void)[] = [];

  constructor(port: number, isHttp2 = true) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.socket.on('error', () => this.#end());
    this.socket.on('close', () => this.#end());
    if (isHttp2) this.socket.write(Buffer.concat([PREFACE, frame({ type: SETTINGS })]));
  }

  /** Writes, resolving when the system took it or the connection is gone. */
  write(...parts: readonly Buffer[]): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      this.socket.write(Buffer.concat(parts), () => resolve());
    });
  }

  async until(found: (frame: Required<Frame>) => boolean): Promise<Required<Frame> | undefined> {
    for (;;) {
      const match = this.frames.find(found);
      if (match || this.closed) return match;
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (this.#rest.length < 9) break;
      const size = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + size) break;
      const [type, flags] = [this.#rest[3]!, this.#rest[4]!];
      const payload = this.#rest.subarray(9, 9 + size);
      this.frames.push({ type, flags, stream: this.#rest.readUInt32BE(5), payload });
      this.#rest = this.#rest.subarray(9 + size);
    }
    this.#wake();
  }

  #end(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    for (const run of this.#changed.splice(0)) run();
  }
}
