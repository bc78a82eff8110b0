/** Peer: NestJS 12 on Fastify. */
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ShopModule, serve } from './nest-module.js';

void NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter(), { logger: false }).then(serve);
