import { join } from 'node:path';
import { callerOf } from './caller.js';
import { makeCertificates } from './certificates.js';
import { stockOf } from './stock.js';

const conf = join(__dirname, '../conf');
const applications = [stockOf(join(conf, 'stock')), callerOf(join(conf, 'orders')), callerOf(join(conf, 'guest'))];

async function start(): Promise<void> {
  await makeCertificates(process.env['CERTIFICATES'] ?? 'certificates');
  for (const application of applications) await application.run();
}

if (require.main === module) void start();
