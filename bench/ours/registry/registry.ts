/** The development registry in a process of its own; tells how often it was asked for lists, and what it answered. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startDevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import type { Asked } from '../../harness/registry-messages.js';

const none: Asked = { finds: 0, findBytes: 0, others: 0 };
let asked = none;

/** Heartbeats and changes are the driver's; a question for lists has a path of its own. */
function count({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { finds, findBytes, others } = asked;
  if (!url.includes('/instances/action')) asked = { finds, findBytes, others: others + 1 };
  else asked = { finds: finds + 1, findBytes: findBytes + Number(response.getHeader('content-length') ?? 0), others };
}

subscribe('http.server.response.finish', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  count(request, response);
});

process.on('message', (message) => {
  if (message !== 'asked') return;
  process.send?.(asked);
  asked = none;
});

process.once('disconnect', () => process.exit());
void startDevRegistry({ port: Number(process.env['PORT']) }).then(({ url }) => console.log(`listening ${url}`));
