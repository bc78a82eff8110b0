import {
  Arg,
  createApplication,
  currentInvocation,
  Field,
  Implements,
  Module,
  NotFound,
  Remote,
  remote,
  replyWith,
  Returns,
  Schema,
  withOptions,
  type Application,
  type CallOptions,
  type Client,
  type Logger,
} from '@ts-chassis/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authority, CertificateFolder, selfSigned } from '../../../../test/fixtures/certificates.js';
import { Rpc } from '../decorators/rpc.js';
import { grpc } from '../plugin.js';

class Word {
  @Field() text!: string;
  @Field({ type: [String] }) heard!: string[];
}

@Schema({ id: 'words' })
class Words {
  @Rpc() @Returns(Word) say(@Arg('text') _text: string): Promise<Word> {
    return remote();
  }
  @Rpc() @Returns(String, { stream: true }) spell(@Arg('text') _text: string): AsyncIterable<string> {
    return remote();
  }
}

@Implements(Words)
class WordService extends Words {
  override async say(text: string): Promise<Word> {
    if (text === 'silence') throw NotFound('no such word', { details: { text, tries: 3 } });
    if (text === 'wait') await new Promise(() => undefined);
    const { source, headers, context } = currentInvocation()!;
    const heard = [source.service, source.protocol, headers.get('x-mood') ?? '', context.get('shop') ?? ''];
    const word = { text, heard: [...heard, source.peer?.commonName ?? 'nobody'] };
    return replyWith(word, { headers: { 'x-said': text } }) as unknown as Word;
  }

  override async *spell(text: string): AsyncIterable<string> {
    yield* text;
  }
}

@Module({ schemas: [WordService] })
class WordModule {}

class Speaker {
  constructor(@Remote(Words, { service: 'words' }) readonly words: Client<Words>) {}
}

@Module({ providers: [Speaker] })
class SpeakerModule {}

const quiet = (): void => undefined;
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet } as unknown as Logger;
const running: Application[] = [];
let authority: Authority;
let folder: CertificateFolder;
let caFile: string;

beforeAll(async () => {
  authority = await Authority.make();
  folder = new CertificateFolder();
  caFile = folder.write('ca.crt', authority.certificate);
});
afterAll(() => folder.remove());
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
});

async function start(name: string, module: new () => unknown, values: object): Promise<Application> {
  const app = createApplication({
    name,
    modules: [module],
    plugins: [grpc()],
    ambient: true,
    logger: silent,
    signals: false,
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: { 'servicecomb.lifecycle.drainDelay': 0, ...values } as Record<string, unknown>,
    },
  });
  running.push(app);
  await app.start();
  return app;
}

async function serve(values: object = {}): Promise<number> {
  const app = await start('words', WordModule, {
    'servicecomb.protocols.grpc.listenAddress': '127.0.0.1:0',
    'servicecomb.protocols.grpc.trust': 'peers',
    ...values,
  });
  return app.endpoints[0]!.port;
}

async function speaker(
  values: object = {},
): Promise<(port: number, options?: CallOptions & { ssl?: boolean }) => Client<Words>> {
  const app = await start('orders', SpeakerModule, {
    'servicecomb.consumer.services.words.protocol': 'grpc',
    ...values,
  });
  const { words } = app.get(Speaker);
  return (port, { ssl = false, ...options } = {}) =>
    withOptions(words, { ...options, endpoint: { listener: 'grpc', host: '127.0.0.1', port, ssl } }) as Client<Words>;
}

describe('a typed client', () => {
  it('calls over gRPC as over any protocol: caller, headers, context, results, streams', async () => {
    const call = await speaker();
    const words = call(await serve(), { headers: { 'X-Mood': 'glad', 'x-cse-context': '{"shop":"north"}' } });
    expect(await words.say('hello')).toEqual({ text: 'hello', heard: ['orders', 'grpc', 'glad', 'north', 'nobody'] });
    const letters: string[] = [];
    for await (const letter of words.spell('abc')) letters.push(letter);
    expect(letters).toEqual(['a', 'b', 'c']);
  });

  it('fails as the callee did, with kind, code and details', async () => {
    const call = await speaker();
    await expect(call(await serve()).say('silence')).rejects.toMatchObject({
      ...{ kind: 'NOT_FOUND', remote: true, details: { text: 'silence', tries: 3 } },
      reply: { status: 5 },
    });
  });

  it('gives up when its time is over', async () => {
    const call = await speaker();
    await expect(call(await serve(), { timeoutMs: 50 }).say('wait')).rejects.toMatchObject({
      kind: 'DEADLINE_EXCEEDED',
    });
  });

  it('refuses arguments that have no form in its message', async () => {
    const call = await speaker();
    await expect(call(await serve()).say(5 as unknown as string)).rejects.toMatchObject({
      kind: 'INVALID_ARGUMENT',
    });
  });
});

describe('a client over TLS', () => {
  const secured = async (provider: object = {}, values: object = {}): Promise<number> => {
    const pair = folder.pair('words', await authority.issue({ name: 'words' }));
    return serve({ ssl: { 'grpc.Provider': { ...pair, ...provider } }, ...values });
  };

  it('checks that the certificate is of the service, whatever the address', async () => {
    const port = await secured();
    const call = await speaker({ ssl: { 'grpc.Consumer': { caFile } } });
    expect(await call(port, { ssl: true }).say('hello')).toMatchObject({ text: 'hello' });
    const other = await speaker({ ssl: { 'grpc.Consumer': { caFile, serverName: 'stock' } } });
    const failing = other(port, { ssl: true }).say('hello');
    await expect(failing).rejects.toMatchObject({ code: 'CALL_FAILED', remote: false });
    await expect(failing).rejects.toThrow('expected a certificate of "stock"');
  });

  it('refuses a certificate that nobody vouches for, and says why', async () => {
    const { certFile, keyFile } = folder.pair('self', await selfSigned({ name: 'words' }));
    const port = await secured({ certFile, keyFile });
    const call = await speaker({ ssl: { 'grpc.Consumer': { caFile } } });
    const failing = call(port, { ssl: true }).say('hello');
    await expect(failing).rejects.toMatchObject({ code: 'CALL_FAILED', remote: false });
    await expect(failing).rejects.toThrow(/self.signed/);
    const careless = await speaker({ ssl: { 'grpc.Consumer': { verifyPeer: false } } });
    expect(await careless(port, { ssl: true }).say('hello')).toMatchObject({ text: 'hello' });
  });

  it('shows its own certificate where it is asked for', async () => {
    const port = await secured({ verifyPeer: true, caFile });
    const own = folder.pair('orders', await authority.issue({ name: 'orders' }));
    const call = await speaker({ ssl: { 'grpc.Consumer': { caFile, ...own } } });
    expect((await call(port, { ssl: true }).say('hello')).heard.at(-1)).toBe('orders');
    const bare = await speaker({ ssl: { 'grpc.Consumer': { caFile } } });
    await expect(bare(port, { ssl: true }).say('hello')).rejects.toMatchObject({ code: 'CALL_FAILED' });
  });

  it('does not speak TLS to a plain port, nor plainly to a secure one', async () => {
    const call = await speaker({ ssl: { 'grpc.Consumer': { caFile } } });
    await expect(call(await serve(), { ssl: true }).say('x')).rejects.toMatchObject({ code: 'CALL_FAILED' });
    await expect(call(await secured()).say('x')).rejects.toMatchObject({ code: 'CALL_FAILED' });
  });
});
