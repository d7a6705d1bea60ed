// The certificate of the listener for answers by mail: two files that somebody else renews, read again while it runs.

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** A certificate with its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Reads the files anew. @throws Error with one line where they cannot be used; it holds nothing of what is in them */
export type ReadCertificate = () => Certificate;

/**
 * Reads NODRIFT_REPLY_TLS_CERT and NODRIFT_REPLY_TLS_KEY, the names of two files.
 * @returns undefined where neither is set
 * @throws Error with one line where one is missing, or the files cannot be used
 */
export function readReplyTls(certFile: string | undefined, keyFile: string | undefined): ReadCertificate | undefined {
  const [cert, key] = [certFile?.trim(), keyFile?.trim()];
  if (!cert && !key) return undefined;
  if (!cert || !key)
    throw new Error(
      'NODRIFT_REPLY_TLS_CERT and NODRIFT_REPLY_TLS_KEY must be set together, each with the name of a file',
    );
  const read: ReadCertificate = () => {
    const found = {
      cert: contentOf('NODRIFT_REPLY_TLS_CERT', cert),
      key: contentOf('NODRIFT_REPLY_TLS_KEY', key),
    };
    try {
      createSecureContext(found);
    } catch {
      throw new Error('NODRIFT_REPLY_TLS_CERT and NODRIFT_REPLY_TLS_KEY must hold a certificate and its key, in PEM');
    }
    return found;
  };
  read();
  return read;
}

function contentOf(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${variable}: the file cannot be read (${(error as NodeJS.ErrnoException).code}): ${file}`);
  }
}
