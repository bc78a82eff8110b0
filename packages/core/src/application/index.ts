export { Application, createApplication } from './application.js';
export { CodecPort } from './codec-port.js';
export type { DocumentOptions, Inspection, InspectedListener, InspectedRoute } from './inspection.js';
export type { ApplicationOptions, ConfigurationOptions } from './options.js';
export type {
  CipherContext,
  ConfigSourceContext,
  Make,
  MakeCipher,
  MakeConfigSource,
  Plugin,
  PluginHandler,
  PluginHost,
} from './plugin.js';
export { port, type Port } from './port.js';
export type { Services } from './services.js';
