import { checkValue, type Config, type Section } from '@ts-chassis/core';

/** A configuration that says what it is given, by the keys of sections, each checked and filled in as in an application. */
export function configOf(values: Readonly<Record<string, object>> = {}): Config {
  const section = ({ key, schema }: Section<unknown>): unknown => {
    const { value, faults } = checkValue(schema, values[key] ?? {}, key);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    return value;
  };
  return { section } as unknown as Config;
}
