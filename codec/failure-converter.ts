// How errors become failures, in the workflow sandbox and out of it: their messages and stacks are payloads, which the codec seals. Bundled with the
// workflows, so it reads no environment: `process` is not there.

import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
