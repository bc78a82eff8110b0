/**
 * Peer: `node:http` alone, with the least that does it right: back-pressure both ways. With `BESIDE` the same in a process that an
 * idle application of that script has started in: what is slower then is slower for the size of the heap, not for what a stream passes through.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { countBytes, iterableSource, readableSource } from './stream-source.js';

async function sendItems(response: ServerResponse): Promise<void> {
  for await (const part of iterableSource()) {
    if (!response.write(part)) await once(response, 'drain');
  }
  response.end();
}

const server = createServer((request, response) => {
  if (request.url === '/streams/up') {
    void countBytes(request).then((bytes) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ bytes }));
    });
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  if (request.url === '/streams/readable') readableSource().pipe(response);
  else void sendItems(response);
});

function listen(port: string | undefined): void {
  server.listen(Number(port), '127.0.0.1', () => console.log('listening'));
}

const { BESIDE: beside, PORT: port } = process.env;
if (beside === undefined) listen(port);
else {
  // its own port is of no interest
  process.env['PORT'] = '0';
  void (require(beside) as { started: Promise<unknown> }).started.then(() => listen(port));
}
