import type { Socket } from 'node:net';

/** A frame: how long what follows is (4 bytes), its kind (1), the number of its call (4), and a body. */
const HEAD = 9;

/** The consumer says hello, call, more, cancel; the provider value, open, item, end, fail, leave. */
export const Kind = { hello: 0, call: 1, more: 2, cancel: 3, value: 4, open: 5, item: 6, end: 7, fail: 8, leave: 9 };

/** How a connection begins: a frame with `talk` in the place of the number. */
export const HELLO = Buffer.from('\0\0\0\x05\0talk');

/** Items that a provider may send before it is granted more; fits one byte. */
export const WINDOW = 64;

/** So many heads and bodies leave without waiting for the turn to end: the other side works on them meanwhile. */
const MOST_PARTS = 8;

const NOTHING = Buffer.alloc(0);

/** What comes of a frame; without a body when that is too long to be read. */
type Take = (kind: number, call: number, body: Buffer | undefined) => void;

/** One side of a connection. The frames of one turn leave in few writes; emits `full` when the other side reads too slowly. */
export class Frames {
  #out: Uint8Array[] = [];
  #in: Buffer[] = [];
  #held = 0;
  #wanted = HEAD;
  #toSkip = 0;

  constructor(
    readonly socket: Socket,
    private readonly maxBytes: number,
    private readonly take: Take,
  ) {
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  send(kind: number, call: number, body: Uint8Array = NOTHING): void {
    const head = Buffer.allocUnsafe(HEAD);
    head.writeUInt32BE(HEAD - 4 + body.length, 0);
    head[4] = kind;
    head.writeUInt32BE(call, 5);
    const parts = this.#out.push(head, body);
    if (parts >= MOST_PARTS) this.#write();
    else if (parts === 2) process.nextTick(() => this.#write());
  }

  #write(): void {
    if (this.#out.length === 0) return;
    const bytes = Buffer.concat(this.#out);
    this.#out = [];
    if (this.socket.writable && !this.socket.write(bytes)) this.socket.emit('full');
  }

  #read(bytes: Buffer): void {
    const skipped = Math.min(this.#toSkip, bytes.length);
    this.#toSkip -= skipped;
    this.#in.push(bytes.subarray(skipped));
    this.#held += bytes.length - skipped;
    if (this.#held < this.#wanted) return;
    let left = this.#in.length === 1 ? this.#in[0]! : Buffer.concat(this.#in);
    while (left.length >= this.#wanted && !this.socket.destroyed) left = this.#next(left);
    this.#in = [left];
    this.#held = left.length;
  }

  /** What is left after a frame; all, with more of it wanted, when it is not complete. */
  #next(bytes: Buffer): Buffer {
    const end = 4 + bytes.readUInt32BE(0);
    const tooLong = end - HEAD > this.maxBytes;
    if (end < HEAD) this.socket.destroy();
    else if (tooLong) this.#toSkip = Math.max(0, end - bytes.length);
    this.#wanted = !tooLong && bytes.length < end ? end : HEAD;
    if (this.#wanted > HEAD || end < HEAD) return bytes;
    this.take(bytes[4]!, bytes.readUInt32BE(5), tooLong ? undefined : bytes.subarray(HEAD, end));
    return bytes.subarray(end);
  }
}
