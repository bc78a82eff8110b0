/** The codes of service-center that this package acts on or answers with (`errorCode`). */
export const FAILURE = {
  invalidParameters: '400001',
  unhealthy: '400002',
  serviceExists: '400010',
  serviceMissing: '400012',
  serviceHasInstances: '400013',
  schemaUndefined: '400014',
  schemaRefused: '400015',
  schemaMissing: '400016',
  instanceMissing: '400017',
  tagMissing: '400018',
  consumersDepend: '400023',
  versionMissing: '400026',
  quota: '400100',
  unauthorized: '401201',
  wrongPassword: '401202',
  noToken: '401204',
  tokenExpired: '401205',
  forbidden: '403001',
  noPermission: '403205',
  internal: '500003',
} as const;

/** The close code of a heartbeat's or watcher's socket whose instance is gone. */
export const SOCKET_INSTANCE_MISSING = 4001;
