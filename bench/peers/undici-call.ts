/** One call over a bare undici pool, answer parsed as JSON. */
import { Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.env['BACKEND_PORT']}`);

export async function findUser(): Promise<unknown> {
  const { statusCode, body } = await pool.request({ method: 'GET', path: '/users/42?limit=10' });
  const user = (await body.json()) as { id: number };
  if (statusCode !== 200 || user.id !== 42) throw new Error(`unexpected answer ${statusCode}`);
  return user;
}
