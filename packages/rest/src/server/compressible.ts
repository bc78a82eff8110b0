const TEXTS =
  /^text\/|^application\/(?:json|xml|javascript|x-ndjson|jsonl|wasm|msgpack|manifest\+json)$|\+(?:json|xml|text)$/;

/**
 * Whether bytes of a media type are worth compressing: texts of all kinds are, images and archives are compressed already.
 *
 * @param type - without parameters, in lower case
 */
export function isCompressible(type: string): boolean {
  return TEXTS.test(type);
}
