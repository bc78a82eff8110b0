import type { Tokens } from '../access/tokens.js';
import { json } from '../http/answer.js';
import type { Route } from '../http/router.js';
import { REGISTRY } from './paths.js';

const TOKEN = '/v4/token';
/** What everybody may ask for. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  TOKEN,
  `${REGISTRY}/health`,
  `${REGISTRY}/version`,
  '/health',
  '/version',
]);

/** Tokens for accounts. */
export function tokenRoutes(tokens: Tokens): readonly Route[] {
  return [
    [
      'POST',
      TOKEN,
      (call) => {
        const body = call.body();
        const [name, password, life] = [body.text('name'), body.text('password'), body.text('tokenExpirationTime')];
        return json({ token: tokens.issue(name, password, life) });
      },
    ],
  ];
}
