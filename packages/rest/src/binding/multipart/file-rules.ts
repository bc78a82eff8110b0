import type { FileLimits, Operation } from '@ts-chassis/core';
import { restError } from '../../codes.js';
import { coversType } from '../media-type.js';
import type { PartHead } from './disposition.js';
import { tooMany } from './part-reader.js';
import type { UploadLimits } from './upload-limits.js';

/** What text fields and headers may add to the files of a body. */
const ROOM_FOR_FIELDS = 1024 * 1024;

/** What an operation takes of the files of one name. */
export interface FileRule extends FileLimits {
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** The files that an operation takes, by name. */
export class FileRules {
  readonly #rules = new Map<string, FileRule>();
  /** Longest body: what the settings say, or what its files need. */
  readonly maxBytes: number;

  constructor(operation: Operation, limits: UploadLimits) {
    let needed = ROOM_FOR_FIELDS;
    for (const { name, place, file } of operation.parameters) {
      if (place !== 'file' || !file) continue;
      const { maxBytes = limits.maxFileBytes, maxCount = file.list ? limits.maxFiles : 1 } = file;
      this.#rules.set(name, { ...file, maxBytes, maxCount });
      if (file.maxBytes !== undefined) needed += maxBytes * maxCount;
    }
    this.maxBytes = Math.max(limits.maxBytes, needed);
  }

  /**
   * The rule for a file; undefined for one that nobody asked for.
   *
   * @param count - how many of its name came before
   * @throws ChassisError `TOO_MANY_PARTS`, `FILE_TYPE_REFUSED`
   */
  find({ name, type }: PartHead, count: number): FileRule | undefined {
    const rule = this.#rules.get(name);
    if (!rule) return undefined;
    if (count >= rule.maxCount) throw tooMany(`files named ${JSON.stringify(name)}`, rule.maxCount);
    if (!rule.types || coversType(rule.types, type)) return rule;
    throw restError(
      'FILE_TYPE_REFUSED',
      `the file ${JSON.stringify(name)}: expected ${rule.types.join(' or ')}, got ${type.slice(0, 100)}`,
      { details: { file: name, types: rule.types } },
    );
  }
}

/** For a file that is longer than is taken. */
export function fileTooLarge(name: string, limit: number): Error {
  const message = `the file ${JSON.stringify(name)} is larger than ${limit} bytes`;
  return restError('FILE_TOO_LARGE', message, { details: { file: name, limit } });
}
