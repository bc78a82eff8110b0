import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { metadataKey, type MetadataKey } from './metadata-key.js';

/**
 * A place in the user's source, remembered when a decorator runs and put into words only when a message needs it:
 * V8 formats a stack when it is first read.
 */
export interface CallSite {
  /** `file:line:column`, relative to the working directory where it lies below it; undefined when it cannot be known. */
  readonly text: string | undefined;
}

class StackSite implements CallSite {
  readonly stack?: string;

  constructor(callee: Function) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, callee);
    Error.stackTraceLimit = limit;
  }

  get text(): string | undefined {
    const place = /\bat (?:.*\()?([^()]+:\d+:\d+)\)?$/m.exec(this.stack ?? '')?.[1]?.trim();
    if (!place || place.startsWith('node:')) return undefined;
    const path = place.startsWith('file:')
      ? fileURLToPath(place.replace(/:\d+:\d+$/, '')) + /:\d+:\d+$/.exec(place)![0]
      : place;
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  }
}

/**
 * The line that called `callee`; costs about two microseconds.
 *
 * @param callee - the decorator function that is running now; its caller is what is remembered
 */
export function callSite(callee: Function): CallSite {
  return new StackSite(callee);
}

/** Where a class was decorated: written by the class decorators, read by messages. */
export const DeclaredAt: MetadataKey<CallSite> = metadataKey('declared-at');
