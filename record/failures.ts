// Failures of the record, in words for the person who can act. The query is never in them: its parameters hold personal data.

/** The database cannot be reached, or cannot write. Nothing was half written, and trying again may help. */
export class RecordUnavailable extends Error {
  override readonly name = 'RecordUnavailable';
  /** SQLSTATE or errno. */
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** A reference is unique for ever. This one belongs to a case of another kind, or to one that another event opened. */
export class ReferenceTaken extends Error {
  override readonly name = 'ReferenceTaken';
  readonly ref: string;
  /** The case it belongs to. */
  readonly caseId: string;
  constructor(ref: string, caseId: string) {
    super(
      `the reference ${ref} already belongs to the case ${caseId}, opened earlier: a new plan needs a new reference`,
    );
    this.ref = ref;
    this.caseId = caseId;
  }
}

/** The code of a record that this process has closed. Trying again is no use. */
export const CLOSED = 'closed';

const SAYINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full or nearly so: free some space, then go on; nothing that was acknowledged is lost',
  53100: 'the disk is full or nearly so: free some space, then go on; nothing that was acknowledged is lost',
  EDQUOT: 'the disk quota is used up: free some space, then go on; nothing that was acknowledged is lost',
  EACCES: 'the folder may not be written: check who owns it',
  EPERM: 'the folder may not be written: check who owns it',
  EROFS: 'the folder is on a read-only disk',
  ENOTDIR: 'the path is no folder',
  EEXIST: 'the path is no folder',
  ECONNREFUSED: 'the database is not answering: check that it runs and that DATABASE_URL is right',
  ENOTFOUND: 'the host in DATABASE_URL is not known: check its name',
  ETIMEDOUT: 'the database is not answering: check that it runs and that DATABASE_URL is right',
  '28P01': 'the database refuses the password in DATABASE_URL',
  '28000': 'the database refuses the user in DATABASE_URL',
  '3D000': 'the database named in DATABASE_URL does not exist: create it',
  53300: 'the database has no connection left: raise max_connections or run fewer workers',
  '57P03': 'the database is still starting',
  '57P01': 'the database is shutting down, or ended the connection',
  ECONNRESET: 'the connection to the database broke',
  EPIPE: 'the connection to the database broke',
  busy: 'no connection to the database was free: raise NODRIFT_DATABASE_CONNECTIONS, or run fewer cases a worker',
  closed: 'this process has closed it',
};

/** A failure of the database as `RecordUnavailable`, never in the driver's words. Any other error, a bug or one of ours, is returned unchanged. */
export function databaseError(error: unknown, where?: string): unknown {
  const code = codeOf(error);
  if (!code) return error;
  const place = where ? `the record in ${where}` : 'the record';
  const saying = Object.hasOwn(SAYINGS, code) ? SAYINGS[code] : `the database failed (${code})`;
  return new RecordUnavailable(`${place} cannot be used: ${saying}`, code);
}

/** What a process that ends by an error says at the end: its message; of a query that failed ours, for Drizzle's has the values of the query in it. */
export function lastWords(error: unknown): string {
  const told = withoutQuery(error);
  return told instanceof Error ? told.message : String(told);
}

/** An error whose words may be shown: a failed query as `RecordUnavailable`, every other as it is. */
export const withoutQuery = (error: unknown): unknown =>
  error instanceof Error && (/^Drizzle/.test(error.name) || /^Failed query/.test(error.message))
    ? databaseError(error)
    : error;

/** Asks the database something. @throws RecordUnavailable in place of what the driver throws, and every other error as it is */
export async function asked<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw databaseError(error);
  }
}

interface Layer {
  readonly name?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** The innermost code, since Drizzle wraps the driver's error, and Node wraps those of several addresses. Undefined where it is no database's error. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof RecordUnavailable || error instanceof ReferenceTaken) return undefined;
  let code: string | undefined;
  for (let at = error as Layer | undefined; at; at = (at.cause ?? at.errors?.[0]) as Layer | undefined) {
    if (typeof at.code === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(at.code)) return at.code;
    if (/No space left/.test(at.message ?? '')) return 'ENOSPC';
    if (/timeout exceeded when trying to connect/.test(at.message ?? '')) return 'busy';
    if (/Connection terminated due to/.test(at.message ?? '')) return 'ETIMEDOUT';
    if (/Connection terminated|not queryable/.test(at.message ?? '')) return 'ECONNRESET';
    if (/PGlite is clos|pool after calling end/.test(at.message ?? '')) return CLOSED;
    if (/^Drizzle|^Query failed/.test(`${at.name}`) || /^Failed query/.test(at.message ?? '')) code = 'query';
  }
  return code;
}
