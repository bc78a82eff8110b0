import { X509Certificate } from 'node:crypto';
import { invalidFile, textOfFile, type NamedFile } from './certificate-files.js';

/** The certificates of a PEM file, in its order. */
export interface Certificates {
  readonly file: NamedFile;
  /** Nothing but certificates, whatever else stands in the file. */
  readonly pem: string;
  readonly parsed: readonly X509Certificate[];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads one or many certificates.
 *
 * @throws ChassisError `TLS_INVALID`, as a rejection
 */
export async function readCertificates(file: NamedFile): Promise<Certificates> {
  const blocks = (await textOfFile(file)).match(CERTIFICATE);
  if (!blocks) throw invalidFile(file, 'PEM with at least one certificate', 'none');
  return { file, pem: `${blocks.join('\n')}\n`, parsed: blocks.map((block, at) => parse(block, file, at + 1)) };
}

function parse(block: string, file: NamedFile, number: number): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw invalidFile(file, 'X.509 certificates', `what is none in block ${number}`, error);
  }
}
