import { grpc } from '@ts-chassis/grpc';
import { rest } from '@ts-chassis/rest';
import { join } from 'node:path';
import { storeOf } from './store.js';
import { visitorOf } from './visitor.js';

const conf = join(__dirname, '../conf');
const store = storeOf([rest(), grpc()], join(conf, 'store'));
const visitor = visitorOf([rest(), grpc()], join(conf, 'visitor'));

if (require.main === module) {
  void store.run();
  void visitor.run();
}
