/** Reads the tree below a dotted key of one configuration snapshot. */
export type RawReader = (key: string) => unknown;

/** A question to the configuration. */
export interface Read {
  /** The configuration key the answer depends on, to blame it. */
  readonly key: string;
  readonly answer: unknown;
  ask(raw: RawReader): unknown;
}

/** Remembers every question to the configuration with its answer. */
export class Reads {
  readonly all: Read[] = [];

  constructor(private readonly raw: RawReader) {}

  read<T>(key: string, ask: (raw: RawReader) => T): T {
    const answer = ask(this.raw);
    this.all.push({ key, answer, ask });
    return answer;
  }
}
