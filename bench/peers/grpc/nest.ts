/** Peer: NestJS's gRPC microservice. */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GrpcMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import { greetingOf, type Order, protoFile, receiptOf } from './greeter.js';

@Controller()
class Greeter {
  @GrpcMethod('Greeter', 'SayHello')
  sayHello({ name }: { name: string }): object {
    return greetingOf(name);
  }

  @GrpcMethod('Greeter', 'Place')
  place(order: Order): object {
    return receiptOf(order);
  }

  @GrpcMethod('Greeter', 'List')
  list({ count }: { count: number }): Observable<object> {
    return new Observable((reader) => {
      for (let sent = 1; sent <= count; sent += 1) reader.next(greetingOf(`reader ${sent}`));
      reader.complete();
    });
  }
}

@Module({ controllers: [Greeter] })
class GreeterModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(GreeterModule, {
    transport: Transport.GRPC,
    options: { package: 'helloworld', protoPath: protoFile, url: `127.0.0.1:${process.env['PORT']}` },
    logger: false,
  });
  await app.listen();
  console.log('listening');
}

void main();
