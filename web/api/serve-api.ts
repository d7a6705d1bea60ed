// What the HTTP API stands on in a process: the record, its keys and tokens, the cases.

import type { Nodrift } from '../../client/nodrift.ts';
import { keepAudit, noteAudit } from '../../record/audit.ts';
import { erasureOf } from '../../record/erasures.ts';
import { asked } from '../../record/failures.ts';
import { authorities } from '../../record/in-force.ts';
import type { OpenRecord } from '../../record/open.ts';
import { caseOf, ledgerOf } from '../../record/read.ts';
import type { EndpointRules } from '../../webhooks/endpoint.ts';
import type { Tokens } from './access-tokens.ts';
import type { ApiParts } from './all-routes.ts';
import { auditIn } from './audit-routes.ts';
import { erasuresIn } from './erasure-routes.ts';
import { exportsIn } from './export-routes.ts';
import { keysIn } from './key-routes.ts';
import { importsOn } from './received-imports.ts';
import { servedDirectory } from './serve-directory.ts';
import { servedLists } from './serve-lists.ts';
import { servedShadow } from './serve-shadow.ts';
import { serviceCallers } from './service-callers.ts';
import { webhooksIn } from './webhook-routes.ts';

export interface ServedApi {
  readonly record: OpenRecord;
  readonly cases: Nodrift;
  readonly now: () => Date;
  /** Where services may have tokens too. */
  readonly tokens?: Tokens | undefined;
  readonly requestsAMinute?: number | undefined;
  /** Where webhooks may go beside public addresses. */
  readonly webhooks?: EndpointRules | undefined;
}

export function servedApi({ record, cases, now, tokens, requestsAMinute, webhooks }: ServedApi): ApiParts {
  const { callers, forget } = serviceCallers({ record, tokens, now });
  const listed = servedLists(record, cases, now);
  return {
    callers,
    requestsAMinute,
    authorities: () => asked(() => authorities(record)),
    async audit({ outcome, ...line }, changed) {
      const entry = { ...line, outcome: String(outcome) };
      if (changed) await keepAudit(record, entry);
      else noteAudit(record, entry);
    },
    ...listed,
    cases: {
      cases,
      caseOf: (caseId) => asked(() => caseOf(record, caseId)),
      mailsOf: (caseId) => asked(() => ledgerOf(record, caseId)),
    },
    erasureOf: (caseId) => erasureOf(record, caseId),
    erasures: erasuresIn(record, cases, listed.lists.cursors),
    exports: exportsIn(record),
    keys: keysIn(record, forget),
    audits: auditIn(record, listed.lists.cursors),
    directory: servedDirectory(record, cases),
    imports: importsOn(record, cases.client, listed.lists.cursors),
    webhooks: webhooksIn(record, webhooks ?? { allowed: [], ourselves: [] }),
    shadow: servedShadow(record, listed.lists.cursors, now),
  };
}

/** Reads NODRIFT_API_RATE: requests a minute of one caller. @throws Error with one line for what is no such number */
export function readApiRate(text = ''): number | undefined {
  if (text === '') return undefined;
  const rate = Number(text);
  if (Number.isInteger(rate) && rate >= 1 && rate <= 1_000_000) return rate;
  throw new Error(`NODRIFT_API_RATE must be a whole number of requests a minute, not "${text}"`);
}
