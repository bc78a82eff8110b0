import type { IncomingMessage, Server } from 'node:http';

/**
 * Has a request served as if it had not asked for another protocol, which a server may always do (RFC 9110, 7.8): clients offer HTTP/2 with any
 * request. Node gave the connection away when it saw the offer, so the request is put back in front of what follows it, without the
 * offer, and the connection given to the server again.
 */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, head: Buffer): void {
  const { socket, method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    const value = keptOf(name.toLowerCase(), rawHeaders[at + 1]!);
    if (value !== undefined) lines.push(`${name}: ${value}`);
  }
  const text = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(head.length > 0 ? Buffer.concat([text, head]) : text);
  server.emit('connection', socket);
}

function keptOf(name: string, value: string): string | undefined {
  if (name === 'upgrade' || name === 'http2-settings') return undefined;
  if (name !== 'connection') return value;
  const tokens = value.split(',').map((token) => token.trim());
  const kept = tokens.filter((token) => !['upgrade', 'http2-settings', ''].includes(token.toLowerCase()));
  return kept.length > 0 ? kept.join(', ') : undefined;
}
