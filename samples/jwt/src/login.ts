import { Public, type JwtIssuer } from '@ts-chassis/auth';
import { Field, Inject, Returns, Schema, token, Unauthenticated } from '@ts-chassis/core';
import { Body, Post } from '@ts-chassis/rest';
import { Users } from './users.js';

export const Tokens = token<JwtIssuer>('tokens');

class LoginForm {
  @Field({ maxLength: 100 }) user!: string;
  @Field({ maxLength: 200 }) password!: string;
}

class LoggedIn {
  @Field() token!: string;
}

@Schema({ id: 'login', path: '/login' })
export class Login {
  constructor(
    private readonly users: Users,
    @Inject(Tokens) private readonly tokens: JwtIssuer,
  ) {}

  /** The one operation that everybody may call: the others are required to be authenticated by default. */
  @Public()
  @Post()
  @Returns(LoggedIn)
  async login(@Body() { user, password }: LoginForm): Promise<LoggedIn> {
    const known = await this.users.find(user, password);
    if (!known) throw Unauthenticated('wrong user name or password');
    return { token: await this.tokens.issue({ name: user, roles: known.roles }) };
  }
}
