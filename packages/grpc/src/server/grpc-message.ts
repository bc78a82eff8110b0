/** More than this of a message is nobody's to read, and metadata is bounded. */
const MOST_LETTERS = 1000;

/** Writes a text as `grpc-message` has it: UTF-8, all but printable ASCII escaped by `%`. */
export function encodeMessage(text: string): string {
  const short = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}...` : text;
  if (PLAIN.test(short)) return short;
  let encoded = '';
  for (const byte of Buffer.from(short)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

const PLAIN = /^[\x20-\x24\x26-\x7e]*$/;
