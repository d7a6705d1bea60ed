// What the proxy changes of Temporal UI, which lets nobody set it: the list opens with columns and views that matter, buttons that end a case are gone, and
// what is sealed is opened by the app for whoever came by the address that `npm start` printed.

import type { TemporalView } from '../web/temporal-views.ts';

/** How the codec server knows the UI of this start. */
export interface UiSession {
  /** The app's port: the codec server is below `/codec` there. */
  readonly appPort: number;
  readonly cookie: string;
  readonly token: string;
}

export interface UiChanges {
  readonly session?: UiSession | undefined;
  /** Views of the list of cases, as they are now. */
  readonly views?: (() => Promise<readonly TemporalView[]>) | undefined;
}

/** The columns of the list. Names of search attributes are columns of their own. */
const COLUMNS = [
  ...['Status', 'Workflow ID', 'NodriftAuthority', 'NodriftTeam', 'NodriftKind', 'NodriftNextLimit', 'NodriftLate'],
  'Start',
];
const NAMESPACE = 'default';
export const SCRIPT_PATH = '/nodrift/views.js';

/** The settings that the UI asks its server for. @param host as the browser calls this machine, so that cookies go along */
export function changedSettings(settings: object, host: string, session: UiSession | undefined): object {
  return {
    ...settings,
    // Its buttons go. That nothing else changes a case either is the proxy's (ui-proxy.ts).
    DisableWriteActions: true,
    // It would ask the internet.
    DisableNewsFetch: true,
    ...(session && {
      Codec: {
        Endpoint: codecEndpoint(host, session),
        PassAccessToken: false,
        IncludeCredentials: true,
        DefaultErrorMessage:
          'Sealed. Open Temporal UI by the address that npm start printed, or sign in to the app as an operator.',
        DefaultErrorLink: `${appAt(host, session)}/sign-in`,
      },
    }),
  };
}

const appAt = (host: string, { appPort }: UiSession): string => `http://${host.replace(/:\d+$/, '')}:${appPort}`;
const codecEndpoint = (host: string, session: UiSession): string => `${appAt(host, session)}/codec`;

/** Where a page may send what it has read: back here, and to the codec server. */
export const connectsTo = (host: string, session: UiSession | undefined): string =>
  `connect-src 'self'${session ? ` ${appAt(host, session)}` : ''}; frame-ancestors 'self'; base-uri 'self'; object-src 'none'`;

/** The page of the UI with our script before all of its own, and before its policy, which knows only these. */
export const withScript = (page: string): string =>
  page.replace(/<head>/i, `<head><script src="${SCRIPT_PATH}"></script>`);

/**
 * Sets columns and views where the UI keeps them: in the browser. What somebody chose stays; a view they deleted does not come back, and one
 * whose query depends on the day is brought up to date.
 */
export function viewsScript(views: readonly TemporalView[]): string {
  const ours = views.map(({ id, name, query }) => ({ id: `nodrift-${id}`, name, query, type: 'user' }));
  return `(() => {
  const read = (key, none) => { try { return JSON.parse(localStorage.getItem(key)) ?? none; } catch { return none; } };
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const [namespace, columns, ours] = ${asScript([NAMESPACE, COLUMNS.map((label) => ({ label })), ours])};
  const chosen = read('namespace-workflow-table-columns', {});
  if (!chosen[namespace]?.length) write('namespace-workflow-table-columns', { ...chosen, [namespace]: columns });
  const saved = read('saved-workflow-queries', {});
  const seen = read('nodrift-views', []);
  const before = saved[namespace] ?? [];
  const kept = before.filter(({ id }) => !id.startsWith('nodrift-') || ours.some((one) => one.id === id));
  const now = kept.map((one) => ours.find(({ id }) => id === one.id) ?? one);
  const added = ours.filter(({ id }) => !seen.includes(id));
  write('saved-workflow-queries', { ...saved, [namespace]: [...now, ...added.filter(({ id }) => !now.some((one) => one.id === id))] });
  write('nodrift-views', [...new Set([...seen, ...ours.map(({ id }) => id)])]);
})();
`;
}

/** JSON that is safe inside of a script. */
const asScript = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
