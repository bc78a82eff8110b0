/**
 * A load generator for unary and server-streaming calls with nothing but `node:net`: a client of Node's own HTTP/2 is slower than the servers
 * that are measured. Frames are prepared once; of an answer only the frames are looked at. A call counts when its stream ends with as many bytes
 * of messages as that of the first answer had: a failed one has none. Prints one line of JSON.
 *
 * Arguments: port, connections, calls at once on each, seconds, path, message in base64, bytes of messages in an answer (0: as in the first).
 */
import { connect, type Socket } from 'node:net';

const [portText, connectionsText, concurrentText, secondsText, path = '', messageText = '', expectedText = '0'] =
  process.argv.slice(2);

const frameHead = 9;
const type = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8 } as const;
const endStream = 1;
const endHeaders = 4;
const ack = 1;
const largestWindow = 0x7fffffff;
const firstWindow = 65_535;
/** So many bytes are read until the peer is told that it may send as many more. */
const refundBytes = 64 * 1024 * 1024;

function frame(kind: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameHead);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** What clients of gRPC send; the first of a connection puts it in HPACK's table, the others refer to it, as nearly all libraries do. */
const fields: readonly (readonly [string, string])[] = [
  [':authority', `127.0.0.1:${portText}`],
  [':path', path],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
  ['user-agent', 'bench-generator/1.0'],
  ['grpc-accept-encoding', 'identity,deflate,gzip'],
];
/** `:method: POST` and `:scheme: http` of HPACK's static table. */
const staticFields = Buffer.from([0x83, 0x86]);
const dynamicTable = 62;

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
}

const firstBlock = Buffer.concat([
  staticFields,
  ...fields.flatMap(([name, value]) => [Buffer.from([0x40]), text(name), text(value)]),
]);
const laterBlock = Buffer.concat([
  staticFields,
  Buffer.from(fields.map((_, index) => 0x80 | (dynamicTable + fields.length - 1 - index))),
]);
const message = Buffer.from(messageText, 'base64');
const messageHead = Buffer.concat([Buffer.from([0]), number(message.length)]);
const body = frame(type.data, endStream, 0, Buffer.concat([messageHead, message]));
const bodyBytes = body.length - frameHead;

interface Template {
  readonly bytes: Buffer;
  /** Where its second frame begins. */
  readonly second: number;
}

function template(block: Buffer): Template {
  const headers = frame(type.headers, endHeaders, 0, block);
  return { bytes: Buffer.concat([headers, body]), second: headers.length };
}
const first = template(firstBlock);
const later = template(laterBlock);

let running = true;
let completed = 0;
let failed = 0;
let expectedBytes = Number(expectedText);

class Connection {
  private readonly socket: Socket = connect({ port: Number(portText), host: '127.0.0.1', noDelay: true });
  private pending: Buffer | undefined;
  private nextStream = 1;
  /** What the peer takes before it says that it takes more. */
  private window = firstWindow;
  /** Calls that wait for it. */
  private waiting = Number(concurrentText);
  private unrefunded = 0;
  private isOpen = false;
  private readonly received = new Map<number, number>();
  private out: Buffer[] = [];

  constructor() {
    this.socket.on('connect', () => this.open());
    this.socket.on('data', (chunk) => this.read(chunk));
    this.socket.on('error', () => (failed += 1));
    this.socket.on('close', () => {
      if (running) failed += 1;
    });
  }

  end(): void {
    this.socket.destroy();
  }

  private open(): void {
    const noPush = Buffer.from([0, 2, 0, 0, 0, 0]);
    const streamWindow = Buffer.concat([Buffer.from([0, 4]), number(largestWindow)]);
    this.socket.write(
      Buffer.concat([
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        frame(type.settings, 0, 0, Buffer.concat([noPush, streamWindow])),
        frame(type.windowUpdate, 0, 0, number(largestWindow - firstWindow)),
      ]),
    );
  }

  /** Calls go out when the peer's settings are there. */
  private begin(): void {
    this.isOpen = true;
    this.send();
  }

  private send(): void {
    while (running && this.isOpen && this.waiting > 0 && this.window >= bodyBytes) {
      const { bytes, second } = this.nextStream === 1 ? first : later;
      const request = Buffer.from(bytes);
      request.writeUInt32BE(this.nextStream, 5);
      request.writeUInt32BE(this.nextStream, second + 5);
      this.received.set(this.nextStream, 0);
      this.nextStream += 2;
      this.window -= bodyBytes;
      this.waiting -= 1;
      this.out.push(request);
    }
  }

  private read(chunk: Buffer): void {
    const data = this.pending ? Buffer.concat([this.pending, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= frameHead) {
      const end = at + frameHead + data.readUIntBE(at, 3);
      if (end > data.length) break;
      this.take(data, at, end);
      at = end;
    }
    this.pending = at < data.length ? data.subarray(at) : undefined;
    this.send();
    if (this.out.length === 0) return;
    this.socket.write(this.out.length === 1 ? (this.out[0] as Buffer) : Buffer.concat(this.out));
    this.out = [];
  }

  private take(data: Buffer, at: number, end: number): void {
    const flags = data[at + 4] as number;
    const stream = data.readUInt32BE(at + 5);
    switch (data[at + 3]) {
      case type.data:
        this.takeData(stream, end - at - frameHead);
        if (flags & endStream) this.over(stream);
        break;
      case type.headers:
        if (flags & endStream) this.over(stream);
        break;
      case type.reset:
        // a server may say so once all is answered (RFC 9113 8.1)
        if (this.received.has(stream)) this.over(stream, true);
        break;
      case type.settings:
        if (flags & ack) break;
        this.out.push(frame(type.settings, ack, 0, Buffer.alloc(0)));
        if (!this.isOpen) this.begin();
        break;
      case type.ping:
        if (!(flags & ack)) this.out.push(frame(type.ping, ack, 0, data.subarray(at + frameHead, end)));
        break;
      case type.windowUpdate:
        if (stream === 0) this.window += data.readUInt32BE(at + frameHead);
        break;
      case type.goaway:
        failed += 1;
        break;
    }
  }

  private takeData(stream: number, bytes: number): void {
    this.received.set(stream, (this.received.get(stream) ?? 0) + bytes);
    this.unrefunded += bytes;
    if (this.unrefunded < refundBytes) return;
    this.out.push(frame(type.windowUpdate, 0, 0, number(this.unrefunded)));
    this.unrefunded = 0;
  }

  private over(stream: number, isReset = false): void {
    const bytes = this.received.get(stream) ?? 0;
    this.received.delete(stream);
    if (expectedBytes === 0) expectedBytes = bytes;
    if (isReset || bytes === 0 || bytes !== expectedBytes) failed += 1;
    completed += 1;
    this.waiting += 1;
  }
}

const begun = process.hrtime.bigint();
const cpuBefore = process.cpuUsage();
const all = Array.from({ length: Number(connectionsText) }, () => new Connection());
setTimeout(
  () => {
    running = false;
    const elapsed = Number(process.hrtime.bigint() - begun) / 1e9;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuMs = (user + system) / 1000 / completed;
    console.log(JSON.stringify({ requests: completed, rate: completed / elapsed, errors: failed, cpuMs }));
    for (const connection of all) connection.end();
  },
  Number(secondsText) * 1000,
);
