/** gRPC's frame around each message: a byte for compression, four for the length. */
const headBytes = 5;

export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, headBytes);
  return frame;
}

/** The one message of a body that came in as many chunks as it liked. */
export function unframed(chunks: readonly Buffer[]): Buffer {
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  if (bytes.length < headBytes || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - headBytes)
    throw new Error(`expected one message, got ${bytes.length} bytes`);
  return bytes.subarray(headBytes);
}
