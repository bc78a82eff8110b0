/** Longer keys cost more than the call they spare. */
const LONGEST = 16_384;
const DEEPEST = 32;

/** What has no text that says when two of it are equal. */
class NotComparable extends Error {}

/**
 * A text that is the same for equal values, however their members are ordered: JSON with sorted names, and with its own forms for what JSON
 * leaves out. Undefined for what cannot be compared by content: functions, streams, circles, and objects of classes, which may hold what does not
 * show; and for what is very long.
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
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype:
    case null:
      return writeMembers(value, depth);
    case Array.prototype:
      return writeList(value as readonly unknown[], depth);
    case Date.prototype:
      return `Date(${(value as Date).getTime()})`;
    case Map.prototype:
      return `Map${writeList([...(value as ReadonlyMap<unknown, unknown>)], depth)}`;
    case Set.prototype:
      return `Set${writeList([...(value as ReadonlySet<unknown>)], depth)}`;
    case Buffer.prototype:
    case Uint8Array.prototype:
      return writeBytes(value as Uint8Array);
    default:
      // a class may hide what tells two of it apart, and its children may add to what is known of ours
      throw new NotComparable();
  }
}

function writeList(list: readonly unknown[], depth: number): string {
  return `[${Array.from(list, (item) => write(item, depth + 1)).join()}]`;
}

function writeMembers(value: object, depth: number): string {
  // streams, promises and generators may be made of plain objects
  if (Object.getOwnPropertySymbols(value).length > 0 || 'then' in value) throw new NotComparable();
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
