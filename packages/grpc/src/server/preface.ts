const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Whether a connection begins as HTTP/2 without TLS does (RFC 9113 3.4); undefined while there is too little of it. */
export function startsWithPreface(head: Buffer): boolean | undefined {
  const length = Math.min(head.length, PREFACE.length);
  if (PREFACE.compare(head, 0, length, 0, length) !== 0) return false;
  return length === PREFACE.length ? true : undefined;
}
