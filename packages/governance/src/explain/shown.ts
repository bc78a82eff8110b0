const DEEPEST = 8;

/** A value as plain data: functions and classes by name, numbers that JSON does not know as text. */
export function shown(value: unknown, depth = 0): unknown {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '...';
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (value instanceof Map) return shown(Object.fromEntries(value), depth);
  if (Array.isArray(value) || value instanceof Set)
    return [...(value as Iterable<unknown>)].map((item) => shown(item, depth + 1));
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, shown(inner, depth + 1)]));
}
