/** How answers are written, beside what operations and replies say themselves; of all listeners alike. */
export interface AnswerSettings {
  /** Undefined: answers are never compressed. */
  readonly compression?: { readonly minBytes: number } | undefined;
  /** Whether replies to `GET` get an `ETag` made of their body, unless the operation says otherwise. */
  readonly etag: boolean;
  /** After how long a silence a stream of events says that it lives; 0 for never. */
  readonly heartbeatMs: number;
}

/** What holds without options. */
export const PLAIN_ANSWERS: AnswerSettings = { etag: false, heartbeatMs: 15_000 };

/** Smaller ones gain nothing: they fit in one packet anyway. */
const MIN_BYTES = 1024;

/** What options of the user's mean. */
export function answerSettings(options: {
  readonly compression?: boolean | { readonly minBytes?: number };
  readonly etag?: boolean;
  readonly heartbeatMs?: number;
}): AnswerSettings {
  const { compression = false, etag = PLAIN_ANSWERS.etag, heartbeatMs = PLAIN_ANSWERS.heartbeatMs } = options;
  const minBytes = typeof compression === 'object' ? compression.minBytes : undefined;
  return { ...(compression && { compression: { minBytes: minBytes ?? MIN_BYTES } }), etag, heartbeatMs };
}
