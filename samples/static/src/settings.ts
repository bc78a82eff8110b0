import { Field, replyWith, Returns, Schema, type Invocation, type Reply } from '@ts-chassis/core';
import { Body, Context, cookie, Cookie, Get, Put, requirePreconditions, withCookies } from '@ts-chassis/rest';

class Theme {
  @Field({ enum: ['light', 'dark'] }) theme!: 'light' | 'dark';
}

/** One resource that two people may change at once: who changes it says which state is meant. */
@Schema({ id: 'settings', path: '/settings' })
export class Settings {
  #theme: Theme = { theme: 'light' };
  #version = 1;

  @Get()
  @Returns(Theme)
  show(): Reply {
    return replyWith(this.#theme, { headers: { etag: this.#etag } });
  }

  @Put()
  @Returns(Theme)
  change(@Body() theme: Theme, @Context() invocation?: Invocation): Reply {
    requirePreconditions(invocation!, { etag: this.#etag, required: true });
    this.#theme = theme;
    this.#version += 1;
    const reply = replyWith(theme, { headers: { etag: this.#etag } });
    return withCookies(reply, cookie('theme', theme.theme, { maxAgeMs: 365 * 24 * 3_600_000 }));
  }

  @Get('/mine')
  @Returns(String)
  mine(@Cookie('theme', { default: 'light' }) theme: string): string {
    return theme;
  }

  get #etag(): string {
    return `"${this.#version}"`;
  }
}
