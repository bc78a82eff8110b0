import { Arg, defineSchema, Field, readSchema, remote, Returns, Schema, type Operation } from '@ts-chassis/core';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'protobufjs';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { describe, expect, it } from 'vitest';
import { Rpc } from '../decorators/rpc.js';
import { contractText } from './contract-text.js';
import { Protos } from './protos.js';

const TEXT = `
syntax = "proto3";
package demo;
import "common/kinds.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/duration.proto";

service Greeter {
  rpc SayHello(HelloRequest) returns (HelloReply);
  rpc Chat(stream HelloRequest) returns (stream HelloReply);
  rpc Count(HelloRequest) returns (CountReply);
}
message HelloRequest { string full_name = 5; optional int32 times = 9; Kind kind = 11; }
message HelloReply {
  string message = 3;
  int64 at_ns = 1;
  google.protobuf.Timestamp when = 2;
  google.protobuf.StringValue nick = 4;
  google.protobuf.Duration took = 6;
  map<int32, Inner> inners = 7;
  oneof answer { string yes = 12; int32 no = 13; }
  message Inner { uint64 id = 1; repeated sint32 deltas = 2; HelloReply parent = 3; HelloRequest cause = 4; }
}
message CountReply { int32 count = 1; }
`;

const folder = mkdtempSync(join(tmpdir(), 'given-'));
mkdirSync(join(folder, 'common'));
writeFileSync(join(folder, 'greeter.proto'), TEXT);
writeFileSync(
  join(folder, 'common/kinds.proto'),
  'syntax = "proto3"; package demo; enum Kind { UNKNOWN = 0; LOUD = 3; }',
);

class Inner {
  @Field({ type: BigInt }) id!: bigint;
  @Field({ type: [Number], integer: true }) deltas!: number[];
}
class Hello {
  @Field() fullName!: string;
  @Field({ optional: true }) times?: number;
  @Field({ enum: ['UNKNOWN', 'LOUD'] }) kind!: string;
}
class Reply {
  @Field() message!: string;
  @Field({ type: BigInt }) atNs!: bigint;
  @Field({ optional: true }) when?: Date;
  @Field({ type: String, nullable: true }) nick!: string | null;
  @Field({ optional: true }) took?: string;
  @Field({ map: Inner }) inners!: Record<string, Inner>;
  @Field({ optional: true }) yes?: string;
  @Field({ optional: true }) no?: number;
  @Field({ optional: true }) answer?: string;
}

@Schema({ id: 'greetings' })
class Greetings {
  @Rpc({ service: 'demo.Greeter', method: 'SayHello' })
  @Returns(Reply)
  hello(@Arg('fullName') _name: string, @Arg('times', { optional: true }) _times?: number): Promise<Reply> {
    return remote();
  }
  @Rpc({ service: 'demo.Greeter', method: 'Chat' })
  @Returns(Reply, { stream: true })
  chat(@Arg('items', { type: Hello, stream: true }) _items: AsyncIterable<Hello>): AsyncIterable<Reply> {
    return remote();
  }
  @Rpc({ service: 'demo.Greeter', method: 'Count' })
  @Returns(Number)
  count(@Arg('fullName') _name: string): Promise<number> {
    return remote();
  }
}

const protos = new Protos({ protos: [{ file: 'greeter.proto', includeDirs: [folder], loader: { oneofs: true } }] });
const { operations } = readSchema(Greetings);
const named = (name: string): Operation => operations.find((each) => each.name === name)!;

/** What protobufjs makes of the same file. */
const { root } = parse(
  `${TEXT.replace(/import .*\n/g, '')} enum Kind { UNKNOWN = 0; LOUD = 3; }`.replace(/google\.protobuf\.\w+/g, 'bytes'),
);

describe('a given .proto', () => {
  it('says names and numbers; the class says what values are', () => {
    const hello = protos.planOf(named('hello'))!;
    expect(hello.path).toBe('/demo.Greeter/SayHello');
    const request = root.lookupType('demo.HelloRequest').decode(hello.encodeRequest(hello.toMessage(['Ada', 0])));
    expect(request.toJSON()).toEqual({ fullName: 'Ada', times: 0 });
    const reply = {
      ...{ message: 'hi', atNs: 2n ** 60n, when: new Date(1500), nick: '', took: '1.5s', no: 0 },
      inners: { '7': { id: 2n ** 63n, deltas: [-1, 2] } },
    };
    const read = hello.messageToResult(hello.decodeResponse(hello.encodeResponse(hello.resultToMessage(reply))));
    expect(read).toEqual({ ...reply, answer: 'no' });
    expect(hello.decodeResponse(Buffer.alloc(0))).toEqual({ message: '', atNs: 0n, nick: null, inners: {} });
  });

  it('carries items of streams and single values', () => {
    const chat = protos.planOf(named('chat'))!;
    const item = { fullName: 'Ada', kind: 'LOUD' };
    expect(chat.messageToItem(chat.decodeRequest(chat.encodeRequest(chat.itemToMessage(item))))).toEqual(item);
    const count = protos.planOf(named('count'))!;
    const bytes = count.encodeResponse(count.resultToMessage(4));
    expect(root.lookupType('demo.CountReply').decode(bytes).toJSON()).toEqual({ count: 4 });
    expect(count.messageToResult(count.decodeResponse(bytes))).toBe(4);
  });

  it('is what reflection describes, with all that it imports', () => {
    const files = protos.fileDescriptors(operations);
    const byName = new Map(files.map((file) => [file.name, file]));
    expect([...byName.keys()].sort()).toEqual([
      'common/kinds.proto',
      'google/protobuf/duration.proto',
      'google/protobuf/timestamp.proto',
      'google/protobuf/wrappers.proto',
      'greeter.proto',
    ]);
    expect(byName.get('greeter.proto')!.symbols).toContain('demo.Greeter.SayHello');
    expect(byName.get('greeter.proto')!.dependencies).toContain('common/kinds.proto');
  });

  const served = (method: string, parts: object): Operation =>
    defineSchema({ id: 'x', operations: { call: { rpc: { service: 'demo.Greeter', method }, ...parts } } })
      .operations[0]!;

  it.each<[string, Operation, RegExp]>([
    [
      'a method it has not',
      served('Nope', {}),
      /x\.call does not fit greeter\.proto: .*no method 'Nope' \(it has: SayHello/,
    ],
    [
      'a stream it has not',
      served('SayHello', { returns: { type: Reply, stream: true } }),
      /response of 'SayHello' is one message there, and a stream/,
    ],
    [
      'a field it has not',
      served('SayHello', { parameters: { age: { place: 'argument', type: Number } } }),
      /has 'age', the message demo\.HelloRequest has no such field \(it has: fullName, times, kind\)/,
    ],
    [
      'a type it has not',
      served('SayHello', { parameters: { fullName: { place: 'argument', type: Number } } }),
      /'fullName' is number in the class, and string in demo\.HelloRequest/,
    ],
    [
      'a list it has not',
      served('SayHello', { parameters: { fullName: { place: 'argument', type: [String] } } }),
      /'fullName' is a list of text in the class, and string/,
    ],
  ])('refuses %s', (_what, operation, fault) => {
    expect(() => protos.planOf(operation)).toThrow(fault);
  });

  it('that does not parse is refused with its place', () => {
    const file = join(folder, 'bad.proto');
    writeFileSync(file, 'syntax = "proto3";\nmessage A {\n  string = 1;\n}');
    expect(() => new Protos({ protos: [{ file }] })).toThrow(/bad\.proto cannot be used: .*:3: illegal/);
    expect(() => new Protos({ protos: [{ file: join(folder, 'none.proto') }] })).toThrow(/none\.proto cannot be used/);
  });
});

describe('the contract made of a .proto', () => {
  it('declares every message and method so that it fits the file again', async () => {
    const source = contractText('greeter.proto', { includeDirs: [folder] });
    const { outputText } = transpileModule(source, {
      compilerOptions: { experimentalDecorators: true, module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    });
    const made: { Greeter?: new () => object } = {};
    const known: Record<string, unknown> = {
      '@ts-chassis/core': await import('@ts-chassis/core'),
      '@ts-chassis/grpc': { Rpc },
    };
    // oxlint-disable-next-line no-implied-eval -- runs what was generated
    new Function('exports', 'require', outputText)(made, (name: string) => known[name]);
    const matched = new Protos({ protos: [{ file: 'greeter.proto', includeDirs: [folder] }] });
    const plans = readSchema(made.Greeter!).operations.map((operation) => matched.planOf(operation)!);
    expect(plans.map(({ path, requestStream, responseStream }) => [path, requestStream, responseStream])).toEqual([
      ['/demo.Greeter/SayHello', false, false],
      ['/demo.Greeter/Chat', true, true],
      ['/demo.Greeter/Count', false, false],
    ]);
    const [hello] = plans;
    const sent = { fullName: 'Ada', times: 2, kind: 'LOUD' };
    expect(hello!.toArguments(hello!.decodeRequest(hello!.encodeRequest(hello!.toMessage([sent]))))).toEqual([sent]);
  });

  it('says when there is no such service', () => {
    expect(() => contractText('greeter.proto', { includeDirs: [folder], service: 'x.Y' })).toThrow(/no service 'x\.Y'/);
  });
});
