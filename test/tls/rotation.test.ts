import {
  createApplication,
  Module,
  Remote,
  Returns,
  Schema,
  withOptions,
  type Application,
  type Client,
  type Invocation,
  type Logger,
} from '@ts-chassis/core';
import { grpc, Rpc } from '@ts-chassis/grpc';
import { Context, Get, HttpCode, rest, RestClient } from '@ts-chassis/rest';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Authority, CertificateFolder, type Issued } from '../fixtures/certificates.js';
import { Load } from '../fixtures/load.js';

@Schema({ id: 'books', path: '/books' })
class Books {
  /** The serial number of the caller's certificate. */
  @Get()
  @Rpc()
  @HttpCode(201)
  @Returns(String)
  caller(@Context() { source }: Invocation): Promise<string> {
    return Promise.resolve(source.peer?.serialNumber ?? 'nobody');
  }
}

@Module({ schemas: [Books] })
class BooksModule {}

class Reader {
  constructor(@Remote(Books, { service: 'catalog' }) readonly books: Client<Books>) {}
}

@Module({ providers: [Reader] })
class ReaderModule {}

type Protocol = 'rest' | 'grpc';

const PER_SECOND = 200;
/** How many calls must begin after a change, for it to be under load. */
const AFTER = 200;

let folder: CertificateFolder;
let authority: Authority;
const running: Application[] = [];

beforeEach(async () => {
  folder = new CertificateFolder();
  authority = await Authority.make();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  folder.remove();
});

/** Waits for something that was logged so and so often. */
class Log {
  readonly lines: string[] = [];
  #waiting: (() => void)[] = [];
  readonly #take = (message: string): void => {
    this.lines.push(message);
    for (const go of this.#waiting.splice(0)) go();
  };
  readonly logger = {
    debug: () => undefined,
    info: this.#take,
    warn: this.#take,
    error: this.#take,
  } as unknown as Logger;

  async times(text: string, count: number): Promise<void> {
    while (this.lines.filter((line) => line.includes(text)).length < count)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

async function start(protocol: Protocol, log: Log, { ssl, served }: Setting): Promise<Application> {
  const app = createApplication({
    name: served ? 'catalog' : 'orders',
    modules: [served ? BooksModule : ReaderModule],
    plugins: [protocol === 'rest' ? rest() : grpc()],
    signals: false,
    logger: log.logger,
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        ssl,
        // as many handshakes at once as one process can do for both sides, on a machine that has other work too
        'servicecomb.transport.maxIdleCon.rest': 16,
        ...(served && { [`servicecomb.protocols.${protocol}.listenAddress`]: '127.0.0.1:0' }),
      },
    },
  });
  running.push(app);
  await app.start();
  return app;
}

interface Setting {
  readonly ssl: object;
  readonly served: boolean;
}

/** A call of a consumer, answered with the serial number that the provider saw. */
function caller(
  protocol: Protocol,
  app: Application,
  endpoint: Application['endpoints'][number],
): () => Promise<Response> {
  if (protocol === 'rest') return () => app.get(RestClient).fetch('http://catalog/books', { endpoint });
  const books = withOptions(app.get(Reader).books, { endpoint });
  return async () => new Response(await books.caller(undefined as never), { status: 201 });
}

/** One file after the other, as a careless script does: in between the key is not that of the certificate. */
async function put(name: string, { certificate, key }: Issued, between: () => Promise<void>): Promise<void> {
  folder.replace(`${name}.crt`, certificate);
  await between();
  folder.replace(`${name}.key`, key);
}

it.each<Protocol>(['rest', 'grpc'])(
  'replaces certificates and authorities twice under load of %s, and no call fails',
  async (protocol) => {
    const issue = (name: string, by = authority): Promise<Issued> => by.issue({ name });
    const caFile = folder.write('ca.crt', authority.certificate);
    const provider = { ...folder.pair('catalog', await issue('catalog')), caFile, verifyPeer: true };
    const consumer = { ...folder.pair('orders', await issue('orders')), caFile };
    const [served, called] = [new Log(), new Log()];
    const serving = { ssl: { [`${protocol}.Provider`]: provider }, served: true };
    const [endpoint] = (await start(protocol, served, serving)).endpoints;
    const calling = { ssl: { [`${protocol}.Consumer`]: consumer }, served: false };
    const call = caller(protocol, await start(protocol, called, calling), endpoint!);

    const callers = new Set<string>();
    let begun = (): void => undefined;
    const load = new Load(PER_SECOND, async () => {
      begun();
      const response = await call();
      callers.add(await response.clone().text());
      return response;
    });
    const moreCalls = (): Promise<void> =>
      new Promise((resolve) => {
        let count = 0;
        begun = () => void ((count += 1) === AFTER && resolve());
      });
    const changed = 'TLS files changed: new connections use them';
    await moreCalls();

    // once by the same authority, each file on its own
    await Promise.all([
      put('catalog', await issue('catalog'), () => served.times('cannot be used', 1)),
      put('orders', await issue('orders'), () => called.times('cannot be used', 1)),
    ]);
    await Promise.all([served.times(changed, 1), called.times(changed, 1)]);
    await moreCalls();

    // then by another one, which all have to trust before anybody shows what it signed
    const next = await Authority.make('next authority');
    folder.replace('ca.crt', authority.certificate + next.certificate);
    await Promise.all([served.times(changed, 2), called.times(changed, 2)]);
    for (const name of ['catalog', 'orders']) {
      const { certificate, key } = await issue(name, next);
      folder.replace(`${name}.key`, key);
      folder.replace(`${name}.crt`, certificate);
    }
    await Promise.all([served.times(changed, 3), called.times(changed, 3)]);
    await moreCalls();
    folder.replace('ca.crt', next.certificate);
    await Promise.all([served.times(changed, 4), called.times(changed, 4)]);
    await moreCalls();

    await load.stop();
    expect(load.failures()).toEqual([]);
    expect(load.calls.length).toBeGreaterThan(4 * AFTER);
    expect(callers.size).toBe(3);
  },
);
