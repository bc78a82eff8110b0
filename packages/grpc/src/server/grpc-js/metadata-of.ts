import { Metadata } from '@grpc/grpc-js';
import type { OutgoingHttpHeaders } from 'node:http2';

/** What is sent, as grpc-js takes it: values of `-bin` are base64 text with us and bytes with it. `grpc-status` it writes itself. */
export function metadataOf(record: OutgoingHttpHeaders): Metadata {
  const metadata = new Metadata();
  for (const name of Object.keys(record)) {
    if (name === 'grpc-status') continue;
    const isBinary = name.endsWith('-bin');
    for (const value of [record[name] ?? []].flat()) {
      metadata.add(name, isBinary ? Buffer.from(String(value), 'base64') : String(value));
    }
  }
  return metadata;
}
