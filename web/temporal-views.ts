// Views of the list of cases in Temporal UI, as queries of its index: for links on the operators' page, and for the saved views of `npm start`. Queries end
// up in addresses and logs, so there is nothing in them but teams, dates and ids of cases.

import { addDays, type LocalDate, mondayOf } from '../domain/time/calendar.ts';

/** Where Temporal UI is, and which of its namespaces has the cases. */
export interface TemporalUi {
  /** `https://temporal.council.example`, without a slash at its end. */
  readonly url: string;
  readonly namespace: string;
}

export interface TemporalView {
  /** Stays the same when its name or query changes. */
  readonly id: string;
  readonly name: string;
  readonly query: string;
}

/** What the views are made of. */
export interface Shown {
  readonly teams: readonly { readonly authority: string; readonly team: string | null }[];
  /** Cases with an alert that stands. */
  readonly alerts: readonly string[];
  /** London's. */
  readonly today: LocalDate;
}

/** Reads TEMPORAL_UI_URL: without the slash at its end. @throws Error with one line for what is no address of a web page */
export function readTemporalUi(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new Error(`TEMPORAL_UI_URL must be where Temporal UI is, as https://temporal.example, not "${text}"`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

const RUNNING = "ExecutionStatus = 'Running' AND NodriftKind IS NOT NULL";
const LATE = `${RUNNING} AND NodriftLate IS NOT NULL`;
/** More ids make a query that the server refuses. */
const MOST_IDS = 40;

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

export function temporalViews({ teams, alerts, today }: Shown): readonly TemporalView[] {
  const sunday = addDays(mondayOf(today), 6);
  const ids = [...new Set(alerts)].filter((id) => id.includes('/')).slice(0, MOST_IDS);
  const alerted = ids.map((id) => ` OR WorkflowId = ${quoted(id)}`).join('');
  const several = new Set(teams.map(({ authority }) => authority)).size > 1;
  return [
    { id: 'running', name: 'All plans', query: RUNNING },
    { id: 'late', name: 'Late', query: LATE },
    {
      id: 'this-week',
      name: 'A limit ends this week',
      query: `${RUNNING} AND NodriftNextLimit BETWEEN '${today}T00:00:00Z' AND '${sunday}T23:59:59Z'`,
    },
    {
      id: 'attention',
      name: 'Needs attention',
      query: `ExecutionStatus = 'Running' AND TemporalReportedProblems IS NOT NULL${alerted}`,
    },
    ...teams.flatMap(({ authority, team }) =>
      team === null
        ? []
        : [
            {
              id: `late-${authority}-${team}`,
              name: `Late in team ${team}${several ? `, ${authority}` : ''}`,
              query: `${LATE} AND NodriftAuthority = ${quoted(authority)} AND NodriftTeam = ${quoted(team)}`,
            },
          ],
    ),
  ];
}

export const viewLink = ({ url, namespace }: TemporalUi, { query }: Pick<TemporalView, 'query'>): string =>
  `${url}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;

export const caseLink = ({ url, namespace }: TemporalUi, caseId: string): string =>
  `${url}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(caseId)}`;
