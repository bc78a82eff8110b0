import { Decoder, Encoder } from '@msgpack/msgpack';
import { CodecPort, type Plugin } from '@ts-chassis/core';

const encoder = new Encoder({ ignoreUndefined: true });
const decoder = new Decoder();

/** MessagePack for every protocol that takes codecs. */
export const messagePack = (): Plugin => ({
  name: 'message-pack',
  install(host) {
    host.extend(CodecPort, 'message-pack', () => ({
      types: ['application/msgpack'],
      encode: (value) => encoder.encode(value),
      decode: (bytes) => decoder.decode(claimsNoMore(bytes)),
    }));
  },
});

/** Bytes of the values 0xc0 to 0xdf that follow the first one; negative for the width of a length. */
const WIDTHS = [
  0, 0, 0, 0, -1, -2, -4, -1, -2, -4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, -1, -2, -4, -2, -4, -2, -4,
];

/**
 * The library makes room for as many items as a list says it has, before it reads them: lists in lists of a few bytes would fill the memory.
 * Each value takes a byte, so that whoever announces more than there are bytes lies.
 */
function claimsNoMore(bytes: Uint8Array): Uint8Array {
  let values = 1;
  let at = 0;
  for (; values > 0; values -= 1) {
    const type = bytes[at++] ?? 0xc1;
    const width = type >= 0xc0 && type < 0xe0 ? WIDTHS[type - 0xc0]! : 0;
    let length = 0;
    for (let byte = 0; byte < -width; byte += 1) length = length * 256 + bytes[at++]!;
    if (type >= 0x80 && type < 0x90) values += 2 * (type & 15);
    else if (type >= 0x90 && type < 0xa0) values += type & 15;
    else if (type >= 0xa0 && type < 0xc0) at += type & 31;
    else if (type >= 0xdc && type < 0xde) values += length;
    else if (type >= 0xde && type < 0xe0) values += 2 * length;
    else at += width > 0 ? width : length + Number(type >= 0xc7 && type < 0xca);
    if (type === 0xc1 || !(values <= bytes.length - at + 1)) throw new Error('announces more than it brings');
  }
  return bytes;
}
