import { createHash, timingSafeEqual } from 'node:crypto';
import { Field, Live, Returns, Schema, Value } from '@ts-chassis/core';
import { Body, Post } from '@ts-chassis/rest';

class Attempt {
  @Field({ maxLength: 200 }) password!: string;
}
class Outcome {
  @Field() open!: boolean;
}

/** Opens for the password of the configuration, which stands there encrypted and arrives here in clear. */
@Schema({ id: 'safe', path: '/safe' })
export class Safe {
  constructor(@Value('safe.password', { default: '' }) private readonly password: Live<string>) {}

  @Post('/open')
  @Returns(Outcome)
  open(@Body() attempt: Attempt): Outcome {
    return { open: timingSafeEqual(digest(attempt.password), digest(this.password.value)) };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
