import type { ServiceIdentity } from '@ts-chassis/core';

/** The labels of one question: a value is an answer to it whose labels are exactly these. */
export interface Dimension {
  readonly labels: ReadonlyMap<string, string>;
  /** `app=shop,environment=production`: names it in messages. */
  readonly name: string;
}

/**
 * What is asked for, the weakest first: the application, the service, its version, and the service with custom labels, each in the
 * environment. An empty environment is asked for twice: as a label that is not there, and, stronger, as one that is empty, which is how
 * go-chassis asks.
 *
 * @param custom - `servicecomb.config.client.dimension`; one of a name above takes its place
 */
export function dimensionsOf(
  { app, environment, service, version }: ServiceIdentity,
  custom: Readonly<Record<string, string>>,
): readonly Dimension[] {
  const levels: Readonly<Record<string, string>>[] = [{}, { service }, { service, version }];
  if (Object.keys(custom).length > 0) levels.push({ service, ...custom });
  const environments = environment === '' ? [{}, { environment }] : [{ environment }];
  const dimensions = new Map<string, Dimension>();
  for (const level of levels) {
    for (const one of environments) {
      const labels = new Map(Object.entries({ app, ...one, ...level }));
      const name = nameOf(labels);
      // custom labels may say what is asked for already
      dimensions.delete(name);
      dimensions.set(name, { labels, name });
    }
  }
  return [...dimensions.values()];
}

function nameOf(labels: ReadonlyMap<string, string>): string {
  return [...labels].map(([label, value]) => `${label}=${value}`).join(',');
}
