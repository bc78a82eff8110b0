/** The media types of bodies with one JSON value to a line. */
export const LINE_TYPES: readonly string[] = ['application/x-ndjson', 'application/jsonl', 'application/ndjson'];
