// Where what was fetched once is kept for this user: Temporal's server, and what `nodrift start` is made of.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** NODRIFT_CACHE, or else where this system keeps caches. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.NODRIFT_CACHE) return env.NODRIFT_CACHE;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'nodrift');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'nodrift');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nodrift');
}
