import type { Section, SectionFault } from '@ts-chassis/core';

/** What a section makes of values; throws what it refuses, one fault a line. */
export function readSection<T>({ key, read }: Section<T>, values: unknown): T {
  const faults: SectionFault[] = [];
  const model = read!(values as never, key, (fault) => faults.push(fault));
  if (faults.length === 0) return model;
  throw new Error(faults.map((fault) => `${fault.key}: expected ${fault.expected}, got ${fault.got}`).join('\n'));
}
