import { createApplication, Module } from '@ts-chassis/core';
import { rest, useExpress, type Middleware } from '@ts-chassis/rest';
import type { Express } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { legacy } from './legacy.js';
import { Notes } from './notes.js';

/** Middleware that names the caller: what it puts into `request.user` becomes the principal of the invocation. */
const byName: Middleware = (request, _response, next) => {
  const name = request.headers['x-name'];
  if (name !== undefined) (request as { user?: object }).user = { name };
  next();
};

@Module({ schemas: [Notes] })
class NotesModule {}

export const app = createApplication({
  modules: [NotesModule],
  plugins: [
    rest({
      use: [
        helmet(),
        byName,
        // Middleware that needs Express itself: it asks for `request.ip` and answers with `response.send`.
        { path: '/legacy', use: useExpress((app: Express) => void app.use(rateLimit({ windowMs: 60_000, limit: 5 }))) },
      ],
      mount: [{ path: '/legacy', app: legacy() }],
    }),
  ],
});
if (require.main === module) void app.run();
