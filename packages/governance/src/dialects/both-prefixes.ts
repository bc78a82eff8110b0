/**
 * Aliases under both of the first steps by which go-chassis's keys are written: `cse.` as its code reads them and `servicecomb.` as its
 * documentation spells them.
 *
 * @param aliases - without the first step
 */
export function bothPrefixes(aliases: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(aliases).flatMap(([key, target]) => [
      [`cse.${key}`, target],
      [`servicecomb.${key}`, target],
    ]),
  );
}
