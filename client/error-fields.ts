// What a log says of an error: its name, its code and where it happened. Never its message: a message may quote what people typed, and
// Drizzle's holds every value of the query that failed.

/** An error as a log has it; undefined where it is none. */
export function errorFields(error: unknown): { type?: string; code?: string | number; at?: string } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  const at = placesOf(error, 3);
  return {
    ...(isWord(name) ? { type: name } : {}),
    ...(typeof code === 'number' || isWord(code) ? { code } : {}),
    ...(at ? { at } : {}),
  };
}

/** A code or a name; what is longer, or has blanks, could be anything. */
const isWord = (value: unknown): value is string => typeof value === 'string' && /^[\w.$:-]{1,60}$/.test(value);

/** The first lines of an error's stack, without the message before them, which may have lines that look like these. */
export function placesOf(error: unknown, most: number): string {
  const { stack, message } = (error ?? {}) as { readonly stack?: unknown; readonly message?: unknown };
  if (typeof stack !== 'string') return '';
  const said = typeof message === 'string' && message !== '' ? stack.indexOf(message) : -1;
  return stack
    .slice(said < 0 ? 0 : said + (message as string).length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, most)
    .map((line) => line.trim())
    .join(' ');
}

interface FatalLog {
  fatal(fields: { readonly err: unknown }, message: string): void;
}

/** What nobody catches ends the process, as ever; but Node would print its message. Called once, by what runs as a process. */
export function endOnUncaught(log: FatalLog, end: () => never = () => process.exit(1)): void {
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'nobody caught this: the process ends');
    end();
  });
}
