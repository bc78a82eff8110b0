import { join } from 'node:path';
import { booksOf } from './books.js';
import { makeCertificates } from './certificates.js';
import { readerOf } from './reader.js';

const conf = join(__dirname, '../conf');
const books = booksOf(join(conf, 'books'));
const reader = readerOf(join(conf, 'reader'));

async function start(): Promise<void> {
  await makeCertificates(process.env['CERTIFICATES'] ?? 'certificates');
  await books.run();
  await reader.run();
}

if (require.main === module) void start();
