import { ChassisError } from '@ts-chassis/core';
import { grpcError } from '../codes.js';
import type { MessageCodec, Way } from '../proto/message-codec.js';
import { newWriter, readerOf } from '../proto/wire.js';

/** The bytes of one message type. */
export class MessageType {
  constructor(
    private readonly codec: MessageCodec,
    private readonly way: Way,
    /** For messages: `catalog.find`. */
    private readonly where: string,
  ) {}

  encode(message: object): Buffer {
    const writer = newWriter();
    try {
      this.codec.write(message, writer, 0);
    } catch (error) {
      throw this.#unsendable(error);
    }
    return writer.finish() as Buffer;
  }

  decode(bytes: Buffer): object {
    try {
      return this.codec.read(readerOf(bytes), bytes.length, 0);
    } catch (error) {
      throw this.#malformed(error);
    }
  }

  #unsendable(cause: unknown): ChassisError {
    if (ChassisError.is(cause)) {
      const { kind, code, details } = cause;
      return ChassisError.withoutStack(kind, `${this.where}: ${cause.message}`, { code, ...(details && { details }) });
    }
    const code = this.way === 'request' ? 'ARGUMENT_UNSENDABLE' : 'RESULT_UNSENDABLE';
    return grpcError(code, `${this.where}: ${this.codec.message.name} cannot be written: ${reason(cause)}`, { cause });
  }

  #malformed(cause: unknown): ChassisError {
    const isRequest = this.way === 'request';
    const text = `${this.where}: what came is no ${this.codec.message.name}: ${reason(cause)}`;
    return grpcError(isRequest ? 'MESSAGE_MALFORMED' : 'REPLY_MALFORMED', text, { cause, remote: !isRequest });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
