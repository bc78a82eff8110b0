import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type ConnectionOptions, type Server, type TLSSocket } from 'node:tls';
import { Authority, CertificateFolder } from '../../../../test/fixtures/certificates.js';
import { systemClock } from '../clock/system-clock.js';
import type { Clock } from '../clock/clock.js';
import { createConfig, memorySource } from '../config/index.js';
import { Ciphers } from '../security/ciphers.js';
import { plainCipher, type Cipher } from '../security/cipher.js';
import { createLogger } from '../telemetry/create-logger.js';
import { Meter, silentMeter } from '../telemetry/meter.js';
import { ApplicationTls } from './application-tls.js';
import { SslSection } from './ssl-section.js';
import type { ServerTls } from './tls-material.js';

/** What a {@link TlsBench} may have of its own. */
export interface BenchOptions {
  readonly clock?: Clock;
  readonly meter?: Meter;
  readonly ciphers?: Readonly<Record<string, Cipher>>;
}

/** A line that was logged. */
export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Makes the TLS of applications, files for it, and connections that use it; cleans up after all. */
export class TlsBench {
  readonly folder = new CertificateFolder();
  readonly lines: LoggedLine[] = [];
  #waiting: (() => void)[] = [];
  readonly #closers: (() => void)[] = [];

  static async make(): Promise<TlsBench> {
    return new TlsBench(await Authority.make());
  }

  private constructor(readonly authority: Authority) {}

  /** The TLS of an application with this under `ssl`. */
  async tls(ssl: object, options: BenchOptions = {}): Promise<ApplicationTls> {
    const { clock = systemClock, meter = silentMeter, ciphers = {} } = options;
    const logger = createLogger({ clock, write: (line) => this.#logged(line), level: () => 'info' });
    const sources = [memorySource({ ssl })];
    const config = createConfig({ sections: [SslSection], sources, clock, logger });
    await config.start();
    const makers = new Map(
      Object.entries({ default: plainCipher, ...ciphers }).map(([name, one]) => [name, () => one]),
    );
    const tls = new ApplicationTls({
      ...{ config, clock, logger, meter },
      ciphers: new Ciphers({ makers, chosen: () => 'default' }),
    });
    this.#closers.push(() => tls.close());
    return tls;
  }

  /** Resolves with the line once it is logged. */
  async logged(message: string): Promise<LoggedLine> {
    for (;;) {
      const line = this.lines.find((one) => one.message.includes(message));
      if (line) return line;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Serves `hello` to whoever comes; its address and what became of its clients. */
  async serve(material: ServerTls): Promise<Served> {
    const faults: string[] = [];
    const server = createServer(material.secure(), (socket) => {
      socket.on('error', (error: NodeJS.ErrnoException) => faults.push(error.code ?? error.message));
      socket.end('hello');
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException) => faults.push(error.code ?? error.message));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    material.follow(server);
    this.#closers.push(
      () => server.close(),
      () => material.close(),
    );
    return { server, faults, port: (server.address() as AddressInfo).port };
  }

  close(): void {
    for (const close of this.#closers) close();
    this.folder.remove();
  }

  #logged(line: string): void {
    this.lines.push(JSON.parse(line) as LoggedLine);
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** A server that is listening. */
export interface Served {
  readonly server: Server;
  readonly port: number;
  /** What went wrong with clients, by code. */
  readonly faults: string[];
}

/** What a client saw of a server that it reached. */
export interface Seen {
  readonly text: string;
  readonly version: string | null;
  readonly suite: string;
  readonly name: unknown;
  readonly resumed: boolean;
}

/** Connects, reads all and closes. */
export async function visit(port: number, options: ConnectionOptions): Promise<Seen> {
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', ...options });
  await once(socket, 'secureConnect');
  const seen = {
    version: socket.getProtocol(),
    suite: socket.getCipher().name,
    name: socket.getPeerCertificate().subject?.CN,
    resumed: socket.isSessionReused(),
  };
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return { text, ...seen };
}
