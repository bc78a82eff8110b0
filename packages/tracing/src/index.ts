/** The plug-in's name. */
export const PLUGIN_NAME = 'tracing';
