import { grpcError } from '../codes.js';

/** A message as it is framed. */
export interface FramedMessage {
  readonly compressed: boolean;
  readonly bytes: Buffer;
}

const PREFIX_BYTES = 5;
const NOTHING = Buffer.alloc(0);

/**
 * Finds messages in the bytes of a stream: a flag, four bytes of length, and the message. Many small pieces cost no more memory than their bytes,
 * and a length is believed only when that many bytes came.
 */
export class MessageBuffer {
  #data: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  /** Whether `#data` is our own and has room behind its end. */
  #isOwn = false;

  /** @param maxBytes - of a message, as sent; 0 for any */
  constructor(private readonly maxBytes: number) {}

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  push(chunk: Buffer): void {
    if (this.#start === this.#end) {
      this.#data = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#isOwn = false;
      return;
    }
    if (!this.#isOwn || this.#end + chunk.length > this.#data.length) this.#grow(chunk.length);
    this.#end += chunk.copy(this.#data, this.#end);
  }

  /**
   * The next message; undefined when it is not all there.
   *
   * @throws ChassisError `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`
   */
  take(): FramedMessage | undefined {
    const length = this.#end - this.#start;
    if (length < PREFIX_BYTES) return undefined;
    const flag = this.#data[this.#start]!;
    if (flag > 1) throw grpcError('MESSAGE_MALFORMED', `a message begins with the flag ${flag}; expected 0 or 1`);
    const size = this.#data.readUInt32BE(this.#start + 1);
    if (this.maxBytes > 0 && size > this.maxBytes) throw tooLarge(this.maxBytes, `${size} bytes`);
    if (length < PREFIX_BYTES + size) return undefined;
    const from = this.#start + PREFIX_BYTES;
    this.#start = from + size;
    return { compressed: flag === 1, bytes: this.#data.subarray(from, this.#start) };
  }

  #grow(by: number): void {
    const length = this.#end - this.#start;
    const data = Buffer.allocUnsafe(2 * (length + by));
    this.#data.copy(data, 0, this.#start, this.#end);
    this.#data = data;
    this.#start = 0;
    this.#end = length;
    this.#isOwn = true;
  }
}

export function tooLarge(maxBytes: number, got: string): Error {
  return grpcError('MESSAGE_TOO_LARGE', `a message of at most ${maxBytes} bytes is read here, got ${got}`);
}
