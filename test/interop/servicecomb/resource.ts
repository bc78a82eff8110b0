import {
  Arg,
  ChassisError,
  currentInvocation,
  Field,
  Module,
  Returns,
  Schema,
  type Invocation,
  type Newable,
} from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { Body, Context, Get, Headers, HttpCode, kindOfStatus, Param, Post, Query, RestClient } from '@ts-chassis/rest';

class Greeting {
  @Field() greeting!: string;
}

/** A body with fields of several kinds. */
export class Item {
  @Field({ integer: true }) id!: number;
  @Field() name!: string;
  @Field() price!: number;
  @Field({ type: [String] }) tags!: string[];
}

/** Who a service is, told by its answers. */
export interface Self {
  readonly service: string;
  readonly version: string;
  readonly port?: number;
}

/** What a service that provides has counted and been told. */
export interface Provided {
  readonly module: Newable;
  /** How often each operation was called. */
  readonly received: Readonly<Record<string, number>>;
}

/** What the go-chassis program of the peers provides over REST, written for ts-chassis. */
export function provided(self: () => Self): Provided {
  const received: Record<string, number> = {};
  const count = (operation: string): void => void (received[operation] = (received[operation] ?? 0) + 1);

  @Schema({ id: 'interop', javaInterface: 'org.example.interop.Interop' })
  class Interop {
    constructor(private readonly rest: RestClient) {}

    @Get('/greet/:name')
    @Returns(Greeting)
    greet(
      @Param('name') name: string,
      @Query('times') times: number,
      @Headers('x-mark-of-end', { optional: true }) end: string = '',
    ): Greeting {
      count('greet');
      return { greeting: 'Hello '.repeat(times) + name + end };
    }

    @Post('/items')
    @HttpCode(201)
    @Returns(Item)
    keep(@Body() item: Item): Item {
      count('keep');
      return item;
    }

    @Get('/fail/:status')
    @Returns(String)
    fail(@Param('status') status: number): string {
      count('fail');
      throw new ChassisError(kindOfStatus(status), `refused with ${status}`, { reply: { status } });
    }

    @Get('/slow')
    @Returns(String)
    async slow(@Query('ms') ms: number): Promise<string> {
      count('slow');
      await new Promise((resolve) => setTimeout(resolve, ms));
      return `slept ${ms}`;
    }

    @Get('/who')
    who(): unknown {
      count('who');
      return { self: self() };
    }

    @Get('/echo/:name')
    echo(@Param('name') name: string, @Context() invocation: Invocation): unknown {
      count('echo');
      return { name, self: self(), ...cameWith(invocation) };
    }

    @Get('/relay')
    async relay(@Query('to') to: string, @Query('path') path: string): Promise<unknown> {
      count('relay');
      const came = cameWith(currentInvocation());
      const answer = await this.rest.fetch(`http://${to}${path}`);
      return { self: self(), ...came, status: answer.status, answered: await answer.json() };
    }
  }

  @Schema({ id: 'helloworld.Greeter' })
  class Greeter {
    @Rpc({ method: 'SayHello' })
    @Returns(HelloReply)
    sayHello(@Arg('name') name: string, @Context() invocation?: Invocation): HelloReply {
      count('SayHello');
      const [what, number] = name.split(':');
      if (what === 'fail') throw new ChassisError(kindOfStatus(Number(number)), `refused with ${number}`);
      return { message: JSON.stringify({ greeting: `Hello ${name}`, self: self(), ...cameWith(invocation!) }) };
    }
  }

  @Module({ schemas: [Interop, Greeter] })
  class InteropModule {}
  return { module: InteropModule, received };
}

/** Of `helloworld.Greeter`. */
export class HelloReply {
  @Field() message!: string;
}

function cameWith({ headers, source, context }: Invocation): object {
  return { headers: headers.record, caller: source.service, context };
}
