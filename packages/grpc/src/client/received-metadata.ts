import { HeaderMap } from '@ts-chassis/core';
import type { Metadata } from '@grpc/grpc-js';

/** What came as metadata as headers, made when first read: most replies' never are. Values of names that end in `-bin` are base64 text. */
export function headersOf(metadata: Metadata): HeaderMap {
  return HeaderMap.lazy(() => recordOf(metadata));
}

export function recordOf(metadata: Metadata): Record<string, string | string[]> {
  const record: Record<string, string | string[]> = {};
  for (const name of Object.keys(metadata.getMap())) {
    if (name === '__proto__') continue;
    const values = metadata.get(name).map(textOf);
    record[name] = values.length === 1 ? values[0]! : values;
  }
  return record;
}

function textOf(value: string | Buffer): string {
  return typeof value === 'string' ? value : value.toString('base64');
}
