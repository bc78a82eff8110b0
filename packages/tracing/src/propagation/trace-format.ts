import type { TraceContext } from '../span/trace-context.js';

/** As Node hands headers over: names in lower case. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

export type MutableHeaders = Record<string, string>;

/** One way to write a trace context into headers. */
export interface TraceFormat {
  /** Undefined when there is none or it is malformed. Never throws. */
  read(headers: HeaderRecord): TraceContext | undefined;
  write(context: TraceContext, headers: MutableHeaders): void;
}
