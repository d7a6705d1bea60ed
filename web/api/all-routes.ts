// The HTTP API, whole: the frame, and each room's routes with what they stand on.

import { type Api, type ApiOptions, apiFrame, closeApi } from './api-frame.ts';
import { type AuditDeps, auditRoutes } from './audit-routes.ts';
import { type CaseDeps, caseRoutes } from './case-routes.ts';
import { type DirectoryDeps, directoryRoutes } from './directory-routes.ts';
import { type ErasureDeps, erasureRoutes } from './erasure-routes.ts';
import { type ExportDeps, exportRoutes } from './export-routes.ts';
import { type ImportDeps, importRoutes } from './import-routes.ts';
import { type KeyDeps, keyRoutes } from './key-routes.ts';
import { type ListDeps, listRoutes } from './list-routes.ts';
import { type PlayDeps, playRoutes } from './play-routes.ts';
import { type PolicyDeps, policyRoutes } from './policy-routes.ts';
import { type ShadowDeps, shadowRoutes } from './shadow-routes.ts';
import { type WebhookDeps, webhookRoutes } from './webhook-routes.ts';

/** What the API is made of. A part that is absent has no routes. */
export interface ApiParts
  extends Pick<ApiOptions, 'callers' | 'audit' | 'requestsAMinute' | 'authorities' | 'erasureOf'> {
  readonly cases: CaseDeps;
  readonly erasures?: ErasureDeps | undefined;
  readonly exports?: ExportDeps | undefined;
  readonly keys?: KeyDeps | undefined;
  readonly audits?: AuditDeps | undefined;
  readonly lists?: ListDeps | undefined;
  readonly plays?: PlayDeps | undefined;
  readonly policies?: PolicyDeps | undefined;
  readonly directory?: DirectoryDeps | undefined;
  readonly imports?: ImportDeps | undefined;
  readonly webhooks?: WebhookDeps | undefined;
  readonly shadow?: ShadowDeps | undefined;
}

/** @param around what the app has for all its parts */
export function httpApi(parts: ApiParts, around: Pick<ApiOptions, 'rates' | 'now' | 'addressOf' | 'failed'>): Api {
  const api = apiFrame({ ...parts, ...around });
  caseRoutes(api, parts.cases);
  if (parts.erasures) erasureRoutes(api, parts.erasures);
  if (parts.exports) exportRoutes(api, parts.exports);
  if (parts.keys) keyRoutes(api, parts.keys);
  if (parts.audits) auditRoutes(api, parts.audits);
  if (parts.lists) listRoutes(api, parts.lists);
  if (parts.plays) playRoutes(api, parts.plays);
  if (parts.policies) policyRoutes(api, parts.policies);
  if (parts.directory) directoryRoutes(api, parts.directory);
  if (parts.imports) importRoutes(api, parts.imports);
  if (parts.webhooks) webhookRoutes(api, parts.webhooks);
  if (parts.shadow) shadowRoutes(api, parts.shadow);
  closeApi(api);
  return api;
}
