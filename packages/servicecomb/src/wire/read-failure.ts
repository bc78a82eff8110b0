import { isRecord, textOf } from './read-json.js';
import type { FailureRecord } from './records.js';

/** What a refusal says; undefined for what is none. */
export function readFailure(value: unknown): FailureRecord | undefined {
  if (!isRecord(value)) return undefined;
  // some of its versions have the code as a number
  const code = value['errorCode'];
  const errorCode = typeof code === 'number' ? String(code) : textOf(code);
  if (!errorCode) return undefined;
  const detail = textOf(value['detail']);
  return {
    errorCode: errorCode.slice(0, 32),
    errorMessage: textOf(value['errorMessage']) ?? '',
    ...(detail && { detail }),
  };
}
