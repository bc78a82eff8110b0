import type { Section, SectionFault } from '@ts-chassis/core';

/** What a section makes of values; throws what it refuses, one fault a line. */
export function readSection<T>({ key, read }: Section<T>, values: unknown, before?: T): T {
  const faults: SectionFault[] = [];
  const made = read!(values as never, key, (fault) => faults.push(fault), before);
  const model = isGenerator(made) ? finished(made) : made;
  if (faults.length === 0) return model;
  throw new Error(faults.map(said).join('\n'));
}

function said({ key, expected, got, line }: SectionFault): string {
  return `${key}: expected ${expected}, got ${got}${line === undefined ? '' : ` (line ${line} of the text)`}`;
}

function isGenerator<T>(made: T | Generator<void, T, void>): made is Generator<void, T, void> {
  return Object.prototype.toString.call(made) === '[object Generator]';
}

function finished<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
