import { CodecPort, jsonCodec, TransportSection, transportLimits } from '@ts-chassis/core';
import type { Codec, Plugin, Services } from '@ts-chassis/core';
import { talkClient } from './client.js';
import { talkServer } from './server.js';

/** The protocol `talk`: serves listeners `talk` and `talk-*` and calls such. Speaks by the first codec that is plugged in, else JSON. */
export const talk = (): Plugin => ({
  name: 'talk',
  install(host) {
    host.serverTransport('talk', (services) => talkServer(codecOf(services), (name) => maxBytes(services, name)));
    host.clientTransport('talk', (services) => talkClient(services, codecOf(services), maxBytes(services, 'talk')));
  },
});

const codecOf = (services: Services): Codec => [...services.extensions(CodecPort).values()][0] ?? jsonCodec;

const maxBytes = ({ config }: Services, name: string): number =>
  transportLimits(config.section(TransportSection), name).maxBodyBytes || Infinity;
