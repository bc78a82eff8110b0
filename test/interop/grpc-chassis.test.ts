import { Arg, InvalidArgument, Field, Returns, Schema, type Invocation } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { Context } from '@ts-chassis/rest';
import { afterEach, expect, it } from 'vitest';
import { grpcPeers } from '../../scripts/servers/servers.mjs';
import { startGrpc, type GrpcApplication } from './grpc-application.js';
import { lane } from './lane.js';

class HelloReply {
  @Field() message!: string;
}

/** helloworld.Greeter, of which there is no `.proto` here: it follows from the class. */
@Schema({ id: 'helloworld.Greeter' })
class Greeter {
  @Rpc({ method: 'SayHello' })
  @Returns(HelloReply)
  async sayHello(@Arg('name') name: string, @Context() invocation?: Invocation): Promise<HelloReply> {
    if (name === '') throw InvalidArgument('nobody to greet');
    const { source, headers } = invocation!;
    return { message: JSON.stringify({ greeting: `Hello ${name}`, caller: source.service, metadata: headers.record }) };
  }
}

lane('go-chassis', [grpcPeers], () => {
  const started: { stop(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const running of started.splice(0)) await running.stop();
  });

  async function consumerOf(port: number): Promise<GrpcApplication> {
    const values = {
      'servicecomb.registry.disabled': false,
      'servicecomb.registry.type': 'static',
      'servicecomb.registry.static': { GoProvider: [`grpc://127.0.0.1:${port}`] },
    };
    const application = await startGrpc({ name: 'TsConsumer', values });
    started.unshift(application);
    return application;
  }

  it('is called by our consumer, by the name of its service', async () => {
    const provider = await grpcPeers.startChassisProvider();
    started.push(provider);
    const { client } = await consumerOf(provider.port);
    const { message } = await client(Greeter, { service: 'GoProvider', headers: { 'X-Tenant': 'blue' } }).sayHello(
      'Ada',
    );
    expect(JSON.parse(message)).toMatchObject({
      greeting: 'Hello Ada',
      metadata: {
        'x-cse-src-microservice': ['TsConsumer'],
        'x-tenant': ['blue'],
        'content-type': ['application/grpc'],
      },
    });
  });

  it('tells our consumer what went wrong', async () => {
    const provider = await grpcPeers.startChassisProvider();
    started.push(provider);
    const { client } = await consumerOf(provider.port);
    await expect(client(Greeter, { service: 'GoProvider' }).sayHello('')).rejects.toMatchObject({
      ...{ kind: 'UNKNOWN', remote: true, reply: { status: 2, message: 'nobody to greet' } },
    });
  });

  it('calls our provider, which knows the caller and its headers', async () => {
    const values = { 'servicecomb.protocols.grpc.trust': 'peers' };
    const application = await startGrpc({ name: 'TsProvider', schemas: [Greeter], values });
    started.push(application);
    const answer = await grpcPeers.consumeByChassis({ port: application.port, name: 'Ada' });
    expect(answer).not.toHaveProperty('error');
    expect(JSON.parse((answer as { readonly message: string }).message)).toMatchObject({
      greeting: 'Hello Ada',
      caller: 'GoConsumer',
      metadata: { 'x-cse-src-microservice': 'GoConsumer', user: 'peter' },
    });
  });

  it('is told by our provider what went wrong', async () => {
    const application = await startGrpc({ name: 'TsProvider', schemas: [Greeter] });
    started.push(application);
    expect(await grpcPeers.consumeByChassis({ port: application.port, name: '' })).toEqual({
      code: 'InvalidArgument',
      error: 'rpc error: code = InvalidArgument desc = nobody to greet',
    });
  });
});
