// The only file that imports the parser: the build puts a file in its place that carries it (docs/adr/0004-inversify-form.md).
export { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
export type { Document, Node } from 'yaml';
