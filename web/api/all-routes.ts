// The HTTP API, whole: the frame, and each room's routes with what they stand on.

import { type Api, type ApiOptions, apiFrame, closeApi } from './api-frame.ts';
import { type AuditDeps, auditRoutes } from './audit-routes.ts';
import { type CaseDeps, caseRoutes } from './case-routes.ts';
import { type KeyDeps, keyRoutes } from './key-routes.ts';

/** What the API is made of. A part that is absent has no routes. */
export interface ApiParts extends Pick<ApiOptions, 'callers' | 'audit' | 'requestsAMinute'> {
  readonly cases: CaseDeps;
  readonly keys?: KeyDeps | undefined;
  readonly audits?: AuditDeps | undefined;
}

/** @param around what the app has for all its parts */
export function httpApi(parts: ApiParts, around: Pick<ApiOptions, 'rates' | 'now' | 'addressOf' | 'failed'>): Api {
  const api = apiFrame({ ...parts, ...around });
  caseRoutes(api, parts.cases);
  if (parts.keys) keyRoutes(api, parts.keys);
  if (parts.audits) auditRoutes(api, parts.audits);
  closeApi(api);
  return api;
}
