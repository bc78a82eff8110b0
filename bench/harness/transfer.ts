/** One hundred mebibytes over one connection, with nothing but a socket, so that the server is what limits. */
import { connect } from 'node:net';
import { streamBytes } from '../peers/stream-source.js';

/** What an answer costs beside its body: its head, and the sizes of its chunks. */
const framingBytes = 0.01 * streamBytes;
const readBuffer = Buffer.allocUnsafe(1024 * 1024);
const uploaded = Buffer.alloc(64 * 1024, 'u');

export class Transfer {
  #received = 0;
  #sent = 0;
  /** The first and the last bytes that came. */
  #head = '';
  #tail = '';

  constructor(
    private readonly port: number,
    private readonly path: string,
  ) {}

  /** Resolves when the answer is complete, else throws with what came. */
  async down(): Promise<void> {
    await this.#exchange(`GET ${this.path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n`, false);
    const whole = this.#received >= streamBytes && this.#received <= streamBytes + framingBytes;
    if (!whole || !this.#tail.endsWith('0\r\n\r\n')) this.#fail();
  }

  async up(): Promise<void> {
    const head = `POST ${this.path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\ncontent-type: application/octet-stream\r\n`;
    await this.#exchange(`${head}content-length: ${streamBytes}\r\n\r\n`, true);
    if (!this.#head.includes(`{"bytes":${streamBytes}}`)) this.#fail();
  }

  #fail(): never {
    throw new Error(`${this.path}: ${this.#received} bytes came, beginning with ${this.#head.slice(0, 200)}`);
  }

  #exchange(head: string, sends: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const onread = { buffer: readBuffer, callback: (count: number) => this.#take(count) };
      const socket = connect({ port: this.port, host: '127.0.0.1', onread });
      const pump = (): void => {
        while (this.#sent < streamBytes) {
          this.#sent += uploaded.length;
          if (!socket.write(uploaded)) return;
        }
      };
      socket.on('connect', () => {
        socket.write(head);
        if (!sends) return;
        socket.on('drain', pump);
        pump();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
  }

  #take(count: number): true {
    this.#received += count;
    const last = readBuffer.toString('latin1', Math.max(0, count - 16), count);
    if (this.#head.length < 1024) this.#head += readBuffer.toString('latin1', 0, Math.min(count, 1024));
    this.#tail = (this.#tail + last).slice(-16);
    return true;
  }
}
