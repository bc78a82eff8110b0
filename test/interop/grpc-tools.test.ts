import { Arg, Field, NotFound, Returns, Schema } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grpcPeers } from '../../scripts/servers/servers.mjs';
import { startGrpc, TEST_SERVICE, type GrpcApplication } from './grpc-application.js';
import { TestService } from './grpc-service.js';
import { lane } from './lane.js';

class Book {
  @Field() isbn!: string;
  @Field({ minimum: 0 }) price!: number;
  @Field({ type: [String], optional: true }) tags?: string[];
}

/** A service that no `.proto` was written for. */
@Schema({ id: 'catalog' })
class Catalog {
  @Rpc()
  @Returns(Book)
  async find(@Arg('isbn') isbn: string): Promise<Book> {
    if (isbn === 'none') throw NotFound('no book none');
    return { isbn, price: 9.5, tags: ['new'] };
  }

  @Rpc()
  @Returns(Book, { stream: true })
  async *list(): AsyncIterable<Book> {
    yield { isbn: '1', price: 1 };
    yield { isbn: '2', price: 2 };
  }
}

lane('grpcurl, which knows our services by reflection alone', [grpcPeers], () => {
  let application: GrpcApplication;
  let address: string;

  beforeAll(async () => {
    application = await startGrpc({ name: 'shop', schemas: [Catalog, TestService], protos: [TEST_SERVICE] });
    address = `127.0.0.1:${application.port}`;
  });

  afterAll(async () => {
    await application?.stop();
  });

  /** Runs it on what is after the address, with flags before it. */
  async function curl(after: readonly string[], flags: readonly string[] = []): Promise<string> {
    const { code, output, complaint } = await grpcPeers.curl('-plaintext', ...flags, address, ...after);
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    return output;
  }

  it('lists services: those of a class, those of a file, and those that come along', async () => {
    const services = (await curl(['list'])).trim().split('\n');
    expect(services).toEqual(expect.arrayContaining(['catalog', 'grpc.health.v1.Health', 'grpc.testing.TestService']));
    expect(services).toContainEqual(expect.stringMatching(/^grpc\.reflection\./));
    expect((await curl(['list', 'catalog'])).trim().split('\n')).toEqual(['catalog.find', 'catalog.list']);
  });

  it('describes what follows from a class', async () => {
    expect(await curl(['describe', 'catalog'])).toMatch(
      /service catalog \{\s+rpc find \( \.\S+ \) returns \( \.\S+ \);/,
    );
    const [, book] = /rpc find \( \.\S+ \) returns \( \.(\S+) \)/.exec(await curl(['describe', 'catalog']))!;
    expect(await curl(['describe', book!])).toMatch(/string isbn = 1;\s+double price = 2;\s+repeated string tags = 3;/);
  });

  it('calls a method, and one that answers with a stream', async () => {
    const found = await curl(['catalog/find'], ['-d', '{"isbn":"978"}']);
    expect(JSON.parse(found)).toEqual({ isbn: '978', price: 9.5, tags: ['new'] });
    const listed = await curl(['catalog/list']);
    expect(JSON.parse(`[${listed.replace(/\}\s*\{/g, '},{')}]`)).toEqual([
      { isbn: '1', price: 1 },
      { isbn: '2', price: 2 },
    ]);
  });

  it('calls a method of a file, whose stream of requests it is given', async () => {
    const given = '{"payload":{"body":"AAAA"}} {"payload":{"body":"AAAAAAAA"}}';
    const answer = await curl(['grpc.testing.TestService/StreamingInputCall'], ['-d', given]);
    expect(JSON.parse(answer)).toEqual({ aggregatedPayloadSize: 9 });
  });

  it('is told what went wrong, with the details of google.rpc', async () => {
    const flags = ['-plaintext', '-format-error', '-d', '{"isbn":"none"}', address, 'catalog/find'];
    const { code, complaint } = await grpcPeers.curl(...flags);
    // 64 and the code of the status
    expect(code).toBe(64 + 5);
    expect(JSON.parse(complaint)).toMatchObject({
      ...{ code: 5, message: 'no book none' },
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'NOT_FOUND', domain: 'shop' }],
    });
  });

  it('asks for health, of the whole and of one service', async () => {
    const check = (service: string): Promise<string> =>
      curl(['grpc.health.v1.Health/Check'], ['-d', JSON.stringify({ service })]);
    expect(JSON.parse(await check(''))).toEqual({ status: 'SERVING' });
    expect(JSON.parse(await check('catalog'))).toEqual({ status: 'SERVING' });
    const { code } = await grpcPeers.curl(
      ...['-plaintext', '-d', '{"service":"nobody"}', address, 'grpc.health.v1.Health/Check'],
    );
    expect(code).toBe(64 + 5);
  });
});
