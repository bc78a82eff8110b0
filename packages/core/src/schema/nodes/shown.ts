const LONGEST = 40;

/** A value in a message: its JSON text, cut to about forty characters; objects and lists only by their kind. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST ? `${JSON.stringify(value.slice(0, LONGEST - 3))}...` : JSON.stringify(value);
    case 'undefined':
      return 'nothing';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `list of ${value.length}`;
      return value instanceof Date ? 'Date' : 'object';
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
      return `bigint ${String(value).slice(0, LONGEST)}`;
    default:
      return typeof value;
  }
}

/** A secret value in a message: only its kind. */
export function redacted(value: unknown): string {
  if (value === undefined || value === null) return shown(value);
  return `${typeof value} (redacted)`;
}
