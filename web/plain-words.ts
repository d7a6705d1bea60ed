// What an operator reads of a case in Temporal UI without reading its people: the words that Nodrift writes for operators, and nothing that a case holds.

import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/**
 * Whether an opened payload is words: a bare text, as summaries and static details are, or what the UI asks of a run to show its current details and
 * handlers. None of them names anybody (test/security/leak-scan.test.ts). What cases are sent, give and fail with are objects and lists.
 */
export function isWords(plain: Payload): boolean {
  let value: unknown;
  try {
    value = defaultPayloadConverter.fromPayload(plain);
  } catch {
    return false;
  }
  return typeof value === 'string' || isMetadata(value);
}

/** As the SDK answers `__temporal_workflow_metadata`. */
const isMetadata = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.hasOwn(value, 'definition') &&
  Object.entries(value).every(([name, inner]) =>
    name === 'currentDetails' ? typeof inner === 'string' : name === 'definition',
  );
