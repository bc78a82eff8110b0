import { sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOUR_SECONDS = 3600;

/** A token as service-center 2.x gives it: those of 1.4.8 tell one `role`, and KIE wants `roles`. */
export function tokenOf(account: string, key: KeyObject): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { account, roles: ['admin'], iat: seconds, exp: seconds + HOUR_SECONDS };
  const text = [{ alg: 'RS512', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('sha512', Buffer.from(text), key).toString('base64url')}`;
}

/** Stands before a service-center and gives tokens that KIE takes; all else goes through. */
export class TokenGate {
  /** How many tokens were given. */
  given = 0;
  readonly #server: Server;

  private constructor(registry: string, key: KeyObject) {
    this.#server = createServer((asked, answer) => {
      if (asked.url === '/v4/token') {
        this.given += 1;
        asked.resume();
        answer.setHeader('content-type', 'application/json');
        answer.end(JSON.stringify({ token: tokenOf('root', key) }));
        return;
      }
      const onward = request(registry + asked.url!, { method: asked.method!, headers: asked.headers }, (came) => {
        answer.writeHead(came.statusCode!, came.headers);
        came.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    });
  }

  static async open(registry: string, key: KeyObject): Promise<TokenGate> {
    const gate = new TokenGate(registry, key);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
