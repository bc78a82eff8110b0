import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { greeting } from './greeting.js';

@Controller('hello')
class HelloController {
  @Get(':name')
  hello(@Param('name') name: string): { message: string } {
    return { message: `${greeting} ${name}` };
  }
}

@Module({ controllers: [HelloController] })
class HelloModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(HelloModule, { logger: false });
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}

void main();
