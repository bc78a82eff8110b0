/** Peer: NestJS 12 on Express. */
import { NestFactory } from '@nestjs/core';
import { ShopModule, serve } from './nest-module.js';

void NestFactory.create(ShopModule, { logger: false }).then(serve);
