/**
 * A load generator with nothing but `node:net`: used where wrk is not installed. Each connection sends one request,
 * reads the answer to its last byte, and sends the next. Prints one line of JSON.
 *
 * Arguments: port, connections, seconds, method, path, body.
 */
import { connect, type Socket } from 'node:net';

const [port, connections, seconds, method, path, body] = process.argv.slice(2);
const headers = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`];
if (body) headers.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`);
const request = Buffer.from(`${headers.join('\r\n')}\r\n\r\n${body ?? ''}`);

const headEnd = Buffer.from('\r\n\r\n');
let running = true;
let completed = 0;
let failed = 0;
let broken = 0;

/** Bytes of the whole answer once its head is complete, else undefined. */
function answerLength(buffer: Buffer): number | undefined {
  const end = buffer.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = buffer.toString('latin1', 0, end);
  if (head.charCodeAt(9) !== 0x32) failed += 1;
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head);
  if (length) return end + headEnd.length + Number(length[1]);
  const last = buffer.indexOf('\r\n0\r\n\r\n', end);
  return last < 0 ? undefined : last + 7;
}

class Connection {
  private pending: Buffer | undefined;
  private wanted: number | undefined;
  private readonly socket: Socket = connect(Number(port), '127.0.0.1');

  constructor() {
    this.socket.setNoDelay(true);
    this.socket.on('connect', () => this.socket.write(request));
    this.socket.on('data', (chunk) => this.read(chunk));
    this.socket.on('error', () => (broken += 1));
    this.socket.on('close', () => {
      if (running) broken += 1;
    });
  }

  end(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const data = this.pending ? Buffer.concat([this.pending, chunk]) : chunk;
    this.wanted ??= answerLength(data);
    if (this.wanted === undefined || data.length < this.wanted) {
      this.pending = data;
      return;
    }
    this.pending = undefined;
    this.wanted = undefined;
    completed += 1;
    if (running) this.socket.write(request);
  }
}

const begun = process.hrtime.bigint();
const all = Array.from({ length: Number(connections) }, () => new Connection());
setTimeout(
  () => {
    running = false;
    const elapsed = Number(process.hrtime.bigint() - begun) / 1e9;
    console.log(JSON.stringify({ requests: completed, rate: completed / elapsed, errors: failed + broken }));
    for (const connection of all) connection.end();
  },
  Number(seconds) * 1000,
);
