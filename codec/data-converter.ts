// What clients and workers give Temporal's SDK so that it seals and opens everything.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { type CodecSettings, payloadCodec } from './payload-codec.ts';

/** For the bundler too: the sandbox has a failure converter of its own. Compiled in the package. */
export const failureConverterPath = ((): string => {
  const source = fileURLToPath(new URL('failure-converter.ts', import.meta.url));
  return existsSync(source) ? source : fileURLToPath(new URL('failure-converter.js', import.meta.url));
})();

export const encrypting = (settings: CodecSettings): DataConverter => ({
  failureConverterPath,
  payloadCodecs: [payloadCodec(settings)],
});
