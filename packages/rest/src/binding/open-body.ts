import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request whose body is about to be read. */
export interface IncomingBody {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly limits: {
    /** Longest body that is held in memory, 0 for any. */
    readonly maxBodyBytes: number;
  };
}

/** A body whose reading has begun. */
export interface OpenBody {
  /** A promise of all that must be there before there is a value; anything else when nothing must. */
  readonly arrived: unknown;
  /** What the parameters read from. Asked for again when a handler tries again, since a body comes but once. */
  value(arrived: unknown): unknown;
  /** Ends the reading from outside: the client is gone, or too slow. */
  fail(error: Error): void;
  /** The invocation is over: nothing of the body is kept. A promise when that takes a while. */
  close(): Promise<void> | undefined;
}

/** What one operation reads as its body, decided once. */
export interface BodyPlan {
  /** Whether there is something to read again for a second try. */
  readonly replayable: boolean;
  /**
   * Begins to read.
   *
   * @throws ChassisError `UNSUPPORTED_MEDIA_TYPE`, `BODY_TOO_LARGE`, `BODY_MALFORMED` for what the headers say already
   */
  open(incoming: IncomingBody): OpenBody;
}
