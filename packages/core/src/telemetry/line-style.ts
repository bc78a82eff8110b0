/**
 * How lines should look where nobody configured it: for people on a terminal in development, JSON otherwise.
 *
 * @param environment - variables of the process: `NODE_ENV`, `NO_COLOR` (no-color.org), `TERM`
 * @param isTerminal - whether the output is a terminal
 *
 * @example
 * ```ts
 * createLogger({ clock: systemClock, ...lineStyle(process.env, process.stdout.isTTY) });
 * ```
 */
export function lineStyle(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean | undefined,
): { readonly pretty: boolean; readonly colour: boolean } {
  const { NODE_ENV, NO_COLOR, TERM } = environment;
  return { pretty: isTerminal === true && NODE_ENV !== 'production', colour: !NO_COLOR && TERM !== 'dumb' };
}
