import { auth, jwtIssuer } from '@ts-chassis/auth';
import { createApplication, Module, systemClock } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { generateKeyPairSync } from 'node:crypto';
import { Login, Tokens } from './login.js';
import { Notes } from './notes.js';
import { Users } from './users.js';

// Made anew at each start, so that this repository holds no key; tokens end with the process. A real service reads its key from the configuration.
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const tokens = jwtIssuer({ privateKey, issuer: 'desk', audience: 'desk', lifetimeMs: 900_000, clock: systemClock });

@Module({ schemas: [Login, Notes], providers: [Users, { provide: Tokens, useValue: tokens }] })
class DeskModule {}

export const app = createApplication({
  modules: [DeskModule],
  plugins: [rest(), auth({ jwt: { publicKey, issuer: 'desk', audience: 'desk' }, default: 'required' })],
});
if (require.main === module) void app.run();
