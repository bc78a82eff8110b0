/** The streams of the raw peer as methods: one returns a stream of Node, one an async iterable, one takes the bytes of a request. */
import { Readable } from 'node:stream';
import { createApplication, Field, Module, Returns, Schema } from '@ts-chassis/core';
import { Body, Consumes, Get, HttpCode, Post, Produces, rest } from '@ts-chassis/rest';
import { countBytes, iterableSource, readableSource } from '../peers/stream-source.js';

class Count {
  @Field({ integer: true }) bytes!: number;
}

@Schema({ id: 'streams', path: '/streams' })
class Streams {
  @Get('/readable')
  @Produces('application/octet-stream')
  readable(): Readable {
    return readableSource();
  }

  @Get('/iterable')
  @Produces('application/octet-stream')
  iterable(): AsyncIterable<Buffer> {
    return iterableSource();
  }

  @Post('/up')
  @HttpCode(200)
  @Consumes('application/octet-stream')
  @Returns(Count)
  async up(@Body() body: Readable): Promise<Count> {
    return { bytes: await countBytes(body) };
  }
}

@Module({ schemas: [Streams] })
class StreamsModule {}

const app = createApplication({
  name: 'streams',
  modules: [StreamsModule],
  plugins: [rest()],
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.protocols.rest.listenAddress': `127.0.0.1:${process.env['PORT']}`,
      'servicecomb.protocols.rest.trust': 'peers',
      'servicecomb.registry.type': 'static',
      'servicecomb.log.level': 'warn',
    },
  },
});

export const started = app.start();

if (require.main === module) void started.then(() => console.log('listening'));
