/**
 * The value of a `Content-Disposition` header (RFC 6266) that has a browser save an answer under a name, or show it. Whatever the name holds, it
 * stays one header: line breaks, quotes and folders are taken out, letters beyond ASCII are sent as RFC 8187 says.
 *
 * @param name - of the file, without folders
 * @param type - default `attachment`
 *
 * @example
 * ```ts
 * return replyWith(csv, { headers: { 'content-disposition': contentDisposition('Bücher.csv') } });
 * ```
 */
export function contentDisposition(name: string, type: 'attachment' | 'inline' = 'attachment'): string {
  const bare = baseName(name);
  if (bare === '') return type;
  // Where a sign is no ASCII, or would be read as an escape, old clients see a question mark or a line.
  const plain = bare.replace(/[^\x20-\x7e]/g, '?').replace(/["\\%]/g, '_');
  const quoted = `${type}; filename="${plain}"`;
  return plain === bare ? quoted : `${quoted}; filename*=UTF-8''${encode(bare)}`;
}

function baseName(name: string): string {
  // These must not come through.
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).replace(/[\0-\x1f\x7f]/g, '');
}

/** Halves of letters are no text. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
