import { countOf, isRecord, listOf, textMapOf, textOf } from '../wire/read-json.js';

/** Which keys KIE has. */
const KEY = /^[a-zA-Z0-9._:-]{1,2048}$/;

/** A value as KIE tells it. */
export interface KieValue {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /** As it was said; `text` where nothing was. */
  readonly type: string;
  readonly status: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One answer to the question for values. */
export interface KieList {
  /** How many there are, in further answers too. */
  readonly total: number;
  /** How many are in this one, those that could not be read too. */
  readonly length: number;
  readonly values: readonly KieValue[];
  /** Keys of what could not be read; empty for one without a key. */
  readonly unread: readonly string[];
}

/** Undefined for what is no list. */
export function readList(body: unknown): KieList | undefined {
  if (!isRecord(body)) return undefined;
  const total = countOf(body['total']);
  const data = body['data'];
  if (total === undefined || !(Array.isArray(data) || (total === 0 && (data === null || data === undefined)))) {
    return undefined;
  }
  const records = listOf(data);
  const values: KieValue[] = [];
  const unread: string[] = [];
  for (const record of records) {
    const value = readValue(record);
    if (value) values.push(value);
    else unread.push((isRecord(record) ? textOf(record['key']) : undefined) ?? '');
  }
  return { total, length: records.length, values, unread };
}

function readValue(record: unknown): KieValue | undefined {
  if (!isRecord(record)) return undefined;
  const key = textOf(record['key']);
  const value = textOf(record['value']);
  if (key === undefined || !KEY.test(key) || value === undefined) return undefined;
  return {
    id: textOf(record['id']) ?? key,
    ...{ key, value },
    type: textOf(record['value_type']) || 'text',
    status: textOf(record['status']) ?? '',
    revision: countOf(record['update_revision']) ?? 0,
    labels: textMapOf(record['labels']) ?? {},
  };
}
