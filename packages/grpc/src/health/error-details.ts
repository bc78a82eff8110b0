import { fileDescriptors } from '../proto/file-descriptors.js';
import { reflection } from '../proto/reflection.js';
import type { DescribedFile } from './reflection-service.js';

const NAME = 'google/rpc/error_details.proto';

const text = (id: number): { type: string; id: number } => ({ type: 'string', id });

/**
 * The messages of google/rpc/error_details.proto that failures are told with: a tool that knows services by reflection alone shows nothing of them
 * but bytes otherwise.
 */
export function errorDetails(): readonly DescribedFile[] {
  const { common, Root } = reflection();
  const root = new Root();
  root.addJSON(common.get('google/protobuf/duration.proto')!.nested!);
  root.define('google.rpc', {
    ErrorInfo: {
      fields: { reason: text(1), domain: text(2), metadata: { keyType: 'string', type: 'string', id: 3 } as never },
    },
    RetryInfo: { fields: { retryDelay: { type: 'google.protobuf.Duration', id: 1 } } },
    BadRequest: {
      fields: { fieldViolations: { rule: 'repeated', type: 'FieldViolation', id: 1 } },
      nested: { FieldViolation: { fields: { field: text(1), description: text(2) } } },
    },
  });
  root.resolveAll();
  return fileDescriptors(root, { name: NAME, folders: [] });
}
