/** Peer of the typed client: a bare undici pool. */
import { obey } from '../harness/call-loop.js';
import { findUser } from './undici-call.js';

obey(findUser);
