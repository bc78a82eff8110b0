// All that needs the parser, so that it is loaded with the first file, here or in a thread of its own: the build puts a file in its place
// that carries the parser (docs/adr/0004-inversify-form.md).
export { readYaml } from './yaml-document.js';
export { portionsOf } from './yaml-portions.js';
