import type { Codec } from '../transport/codec.js';
import { port } from './port.js';

/**
 * Where plug-ins put codecs, by name.
 *
 * @example
 * ```ts
 * host.extend(CodecPort, 'msgpack', () => msgpack);
 * ```
 */
export const CodecPort = port<Codec>('codec');
