/** The name that was most likely meant; undefined when too much differs. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(wanted.length / 2));
  const [best] = known
    .map((name) => ({ name, distance: name.startsWith(wanted) && wanted.length > 1 ? 0 : distance(wanted, name) }))
    .filter((one) => one.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function distance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          rows[row - 1]![column - 1]! + (same ? 0 : 1),
          rows[row - 1]![column]! + 1,
          current[column - 1]! + 1,
          swapped ? rows[row - 2]![column - 2]! + 1 : Infinity,
        ),
      );
    }
    rows.push(current);
  }
  return rows[left.length]![right.length]!;
}
