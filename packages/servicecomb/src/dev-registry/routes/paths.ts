/** Where the registry's own interface stands. */
export const REGISTRY = '/v4/:project/registry';
/** Where what consoles ask for stands. */
export const GOVERN = '/v4/:project/govern';
export const SERVICE = `${REGISTRY}/microservices/:service`;
export const INSTANCE = `${SERVICE}/instances/:instance`;
export const HEARTBEAT = `${INSTANCE}/heartbeat`;
export const WATCHER = `${SERVICE}/watcher`;
