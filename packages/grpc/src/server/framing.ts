import { compressed } from './message-coding.js';

const PREFIX_BYTES = 5;

/** A message with its flag and length before it. */
export function frameOf(message: Buffer): Buffer {
  return framed(message, 0);
}

export async function frameOfCompressed(message: Buffer): Promise<Buffer> {
  return framed(await compressed(message), 1);
}

function framed(message: Buffer, flag: number): Buffer {
  const { length } = message;
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + length);
  frame[0] = flag;
  frame.writeUInt32BE(length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}
