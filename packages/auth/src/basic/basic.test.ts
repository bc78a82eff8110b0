import { Field, Returns, Schema } from '@ts-chassis/core';
import { Body, Get, Post } from '@ts-chassis/rest';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authenticated, CurrentPrincipal } from '../access/decorators.js';
import { refusalOf, startGuarded, type Answer, type Guarded } from '../guarded.fixture.js';
import type { Principal } from '../principal.js';
import type { BasicOptions } from './basic-options.js';
import { hashPassword, parsedHash, verifyPassword } from './password-hash.js';
import { userAndPassword } from './user-and-password.js';

class Letter {
  @Field() text!: string;
}

@Authenticated()
@Schema({ id: 'me', path: '/me' })
class Me {
  @Get('/')
  @Returns(String)
  async who(@CurrentPrincipal() who?: Principal): Promise<string> {
    return `${who!.name}: ${who!.roles.join()}`;
  }

  @Post('/letter')
  @Returns(String)
  async letter(@Body() letter: Letter): Promise<string> {
    return letter.text;
  }
}

const encoded = (text: string): string => Buffer.from(text).toString('base64');
const basic = (text: string): Record<string, string> => ({ authorization: `Basic ${encoded(text)}` });

let annHash: string;
let guarded: Guarded;
beforeAll(async () => {
  annHash = await hashPassword('a:b:c');
});
afterEach(() => guarded?.stop());

async function start(options: BasicOptions, values: Record<string, unknown> = {}): Promise<void> {
  guarded = await startGuarded({ schemas: [Me], auth: { basic: options }, values });
}
const statusOf = async (headers: Record<string, string>): Promise<number> =>
  (await guarded.ask('/me/', headers)).status;

describe('name and password', () => {
  it('of a known user name the caller; colons belong to the password, the word is read in any case', async () => {
    await start({ users: { ann: { passwordHash: annHash, roles: ['reader', 'editor'] } } });
    for (const word of ['Basic', 'basic', 'BASIC']) {
      const answer = await guarded.ask('/me/', { authorization: `${word} ${encoded('ann:a:b:c')}` });
      expect(answer.body).toBe('ann: reader,editor');
    }
  });

  it('that are wrong are refused by the same words, whichever of them it is', async () => {
    await start({ users: { ann: { passwordHash: annHash } }, realm: 'the "shop"' });
    const refused: Answer[] = [];
    for (const text of ['ann:a:b', 'ann:', 'bob:a:b:c', ':', 'Ann:a:b:c'])
      refused.push(await guarded.ask('/me/', basic(text)));
    for (const { status, body, challenge } of refused) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: 'CREDENTIALS_INVALID', detail: 'me.who: wrong user name or password' });
      expect(challenge).toBe('Basic realm="the \\"shop\\"", charset="UTF-8"');
    }
    expect((await guarded.ask('/me/')).body).toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });

  it('may be any text in UTF-8, however it is composed', async () => {
    await start({ users: { zoë: { passwordHash: await hashPassword('pässwörd 🔑') } } });
    expect(await statusOf(basic('zoë:pässwörd 🔑'))).toBe(200);
    expect(await statusOf(basic('zoe\u0308:pa\u0308sswo\u0308rd 🔑'))).toBe(200);
    expect(await statusOf({ authorization: `Basic ${Buffer.from('zoë:pässwörd', 'latin1').toString('base64')}` })).toBe(
      401,
    );
  });

  it.each([
    '',
    '!',
    'YW5u',
    `${encoded('ann')}=`,
    encoded('ann:a\u0000b'),
    encoded(`ann:${'x'.repeat(4000)}`),
    'YW5uOmE== x',
  ])('that are none are refused: %j', async (credentials) => {
    await start({ users: { ann: { passwordHash: annHash } } });
    expect(await statusOf({ authorization: `Basic ${credentials}` })).toBe(401);
  });

  it('may be judged by a function, which says who it is', async () => {
    const asked: string[] = [];
    await start({
      authenticate: async (user, password, { operation }) => {
        asked.push(`${user} ${password} ${operation.id}`);
        if (user === 'down') throw new Error('no directory');
        if (user === 'cid') return { name: 'Cid', roles: ['boss'] };
        return user === 'ann';
      },
    });
    expect((await guarded.ask('/me/', basic('ann:x'))).body).toBe('ann: ');
    expect((await guarded.ask('/me/', basic('cid:y:z'))).body).toBe('Cid: boss');
    expect(await statusOf(basic('bob:x'))).toBe(401);
    expect(await statusOf(basic('down:secret-of-down'))).toBe(500);
    expect(asked).toEqual(['ann x me.who', 'cid y:z me.who', 'bob x me.who', 'down secret-of-down me.who']);
    expect(guarded.lines.join('\n')).not.toContain('secret-of-down');
  });

  it('come from the configuration, and are changed while it runs', async () => {
    const users = 'servicecomb.authentication.basic.users';
    guarded = await startGuarded({
      schemas: [Me],
      values: { [`${users}.ann.passwordHash`]: annHash, [`${users}.ann.roles`]: ['reader'] },
    });
    expect((await guarded.ask('/me/', basic('ann:a:b:c'))).body).toBe('ann: reader');
    guarded.app.config.set(`${users}.ann.passwordHash`, await hashPassword('new'));
    expect(await statusOf(basic('ann:a:b:c'))).toBe(401);
    expect(await statusOf(basic('ann:new'))).toBe(200);
  });

  it('are hashed so many at a time, and others are told to come again', async () => {
    await start({ users: { ann: { passwordHash: annHash } }, maxConcurrent: 2, cache: false });
    const answers = await Promise.all(Array.from({ length: 12 }, () => guarded.ask('/me/', basic('ann:wrong'))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(401);
    expect(statuses).toContain(429);
    expect(new Set(statuses).size).toBe(2);
    expect(await statusOf(basic('ann:a:b:c'))).toBe(200);
  });

  it('refuse the start when a hash is none, and do not show it', async () => {
    for (const passwordHash of ['hunter2', annHash.replace('ln=14', 'ln=30'), annHash.replace('r=8', 'r=0')]) {
      const { message } = await refusalOf({ schemas: [Me], auth: { basic: { users: { ann: { passwordHash } } } } });
      expect(message).toMatch(/basic\.users\.ann\.passwordHash: expected \$scrypt\$/);
      expect(message).not.toContain(passwordHash);
    }
    const { message } = await refusalOf({
      schemas: [Me],
      auth: { basic: { users: { 'a:b': { passwordHash: annHash } } } },
    });
    expect(message).toMatch(/expected a name without a colon, got "a:b"/);
  });
});

describe('a request without credentials', () => {
  it('is refused before its body is read', async () => {
    await start({ users: { ann: { passwordHash: annHash } } });
    const socket = connect(guarded.app.endpoints[0]!.port, '127.0.0.1');
    socket.write(
      'POST /me/letter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n',
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 .*www-authenticate: Basic/is);
    socket.destroy();
  });
});

describe('hashes of passwords', () => {
  it('differ for one password, and tell the right one from others', async () => {
    const other = await hashPassword('a:b:c');
    expect(other).not.toBe(annHash);
    expect(await verifyPassword('a:b:c', other)).toBe(true);
    expect(await verifyPassword('a:b:d', other)).toBe(false);
    await expect(verifyPassword('x', 'x')).rejects.toThrow(/expected \$scrypt/);
    expect(parsedHash(other, 'x').cost).toEqual({ ln: 14, r: 8, p: 1 });
  });
});

describe('userAndPassword', () => {
  const printable = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}/gu, ''));
  it('takes apart whatever was put together', () => {
    fc.assert(
      fc.property(
        printable.map((text) => text.replaceAll(':', '')),
        printable,
        (user, password) => {
          expect(userAndPassword(encoded(`${user}:${password}`))).toEqual({
            user: user.normalize('NFC'),
            password: password.normalize('NFC'),
          });
        },
      ),
    );
  });

  it('refuses or takes any bytes, and fails in no other way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          expect(typeof userAndPassword(Buffer.from(bytes).toString('base64')).user).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'CREDENTIALS_INVALID' });
        }
      }),
    );
  });
});
