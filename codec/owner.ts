// Whose a workflow's payloads are: the case's, or everybody's where it is no case.

import { CASE_KINDS } from '../domain/case/kinds.ts';
import { SYSTEM } from './case-keys.ts';

const CASES = CASE_KINDS.map((kind) => `${kind}/`);

/** A case's key is named by its workflow id, `kind/ref`. */
export const ownerOf = (workflowId: string | undefined): string =>
  workflowId !== undefined && CASES.some((kind) => workflowId.startsWith(kind)) ? workflowId : SYSTEM;
