/** Peer: `node:http` alone, with the least that does it right: back-pressure both ways. */
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

server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
