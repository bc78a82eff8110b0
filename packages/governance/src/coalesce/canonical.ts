/** Longer keys cost more than the call they spare. */
const LONGEST = 16_384;
const DEEPEST = 32;

/** What has no text that says when two of it are equal. */
class NotComparable extends Error {}

/**
 * A text that is the same for equal values, however their members are ordered: JSON with sorted names, and with its own forms for what JSON
 * leaves out. Undefined for what cannot be compared by content: functions, streams, circles; and for what is very long.
 */
export function canonical(value: unknown): string | undefined {
  try {
    const text = write(value, 0);
    return text.length > LONGEST ? undefined : text;
  } catch (error) {
    if (error instanceof NotComparable) return undefined;
    throw error;
  }
}

function write(value: unknown, depth: number): string {
  if (depth > DEEPEST) throw new NotComparable();
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : writeObject(value, depth);
    default:
      throw new NotComparable();
  }
}

function writeObject(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join()}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Map) return `Map(${write([...value], depth + 1)})`;
  if (value instanceof Set) return `Set(${write([...value], depth + 1)})`;
  if (value instanceof Uint8Array) return writeBytes(value);
  if (isOpaque(value)) throw new NotComparable();
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member, depth + 1)}`);
  return `{${members.join()}}`;
}

function writeBytes(bytes: Uint8Array): string {
  if (bytes.length > LONGEST / 2) throw new NotComparable();
  return `Bytes(${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')})`;
}

/** Whether what matters of an object may not be in its members: streams, promises, anything that hides a state of the engine's. */
function isOpaque(value: object): boolean {
  if (Symbol.asyncIterator in value || Symbol.iterator in value || 'then' in value || ArrayBuffer.isView(value))
    return true;
  return Object.prototype.toString.call(value) !== '[object Object]';
}
