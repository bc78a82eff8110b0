export { Rpc } from './decorators/rpc.js';
