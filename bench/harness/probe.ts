/** Loaded into a server by `--require`: answers over the message channel what memory and handles it holds after a forced collection. */

interface Report {
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly handles: readonly string[];
}

function collected(): Report {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, residentBytes: rss, handles: process.getActiveResourcesInfo() };
}

process.on('message', (message) => {
  if (message === 'report') setImmediate(() => process.send?.(collected()));
});

export type { Report };
