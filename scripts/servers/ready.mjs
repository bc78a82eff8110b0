/**
 * What stands in the way of having these servers, a line each, which are printed too. With `REQUIRE_SERVERS=1`, as in
 * CI, an Error says so instead: there, nothing may be left out.
 */
export function lacking(...servers) {
  const lines = servers.map((server) => server.missing()).filter((line) => line !== undefined);
  for (const line of lines) console.log(`lacking: ${line}`);
  if (lines.length > 0 && process.env.REQUIRE_SERVERS === '1') {
    throw new Error(`REQUIRE_SERVERS=1, and something is lacking: ${lines.join('; ')}`);
  }
  return lines;
}

/** Installs them; false when something stands in the way. */
export async function ready(...servers) {
  if (lacking(...servers).length > 0) return false;
  for (const server of servers) await server.install();
  return true;
}
