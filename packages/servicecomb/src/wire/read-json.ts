/** Reading of parsed JSON of unknown shape: what is not of the asked type is as good as absent. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What names a record: it goes into paths and headers, so nothing but what is printed and no space. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value) ? value : undefined;
}

/** Whole numbers, also those written as text. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Texts of a list, others left out. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

/** Texts by name, others left out; undefined for none at all. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  // as a name of its own it would be lost or do harm in copies that are made by assignment
  const entries = Object.entries(value).filter(([name, one]) => typeof one === 'string' && name !== '__proto__');
  return Object.fromEntries(entries) as Record<string, string>;
}
