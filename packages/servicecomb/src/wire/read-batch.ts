import { countOf, isRecord, listOf, textOf } from './read-json.js';
import { readFailure } from './read-failure.js';
import { readInstance, readList } from './read-instance.js';
import type { BatchAnswer } from '../service-center/service-center.js';

/** The answer to a batch query, in the order of the questions. */
export interface ReadBatch {
  readonly answers: readonly BatchAnswer[];
  /** How many instances were left out, by the place of the question; no entry for none. */
  readonly malformed: ReadonlyMap<number, number>;
}

const UNANSWERED: BatchAnswer = { kind: 'failed', code: '', message: 'nothing was answered' };

/** Undefined when it is no such answer. What is told of a question that was not asked is left out. */
export function readBatch(body: unknown, count: number): ReadBatch | undefined {
  const services = isRecord(body) ? body['services'] : undefined;
  if (!isRecord(services)) return undefined;
  const answers = Array.from({ length: count }, () => UNANSWERED);
  const malformed = new Map<number, number>();
  const put = (at: number | undefined, answer: BatchAnswer): void => {
    if (at !== undefined && at < count) answers[at] = answer;
  };
  for (const one of listOf(services['failed'])) {
    const { errorCode: code = '', errorMessage = '', detail } = (isRecord(one) && readFailure(one['error'])) || {};
    const message = detail ? `${errorMessage}: ${detail}` : errorMessage;
    if (isRecord(one))
      for (const index of listOf(one['indexes'])) put(countOf(index), { kind: 'failed', code, message });
  }
  for (const index of listOf(services['notModified'])) put(countOf(index), { kind: 'same' });
  for (const one of listOf(services['updated'])) {
    if (!isRecord(one)) continue;
    const { records: instances, malformed: bad } = readList(one['instances'], readInstance);
    // the first place is left out where the registry leaves out what is zero
    const at = countOf(one['index'] ?? 0);
    if (bad > 0 && at !== undefined && at < count) malformed.set(at, bad);
    // a list of which something is left out is asked for again as a whole
    const revision = bad > 0 ? '' : (textOf(one['rev']) ?? '');
    put(at, { kind: 'updated', revision, instances });
  }
  return { answers, malformed };
}
