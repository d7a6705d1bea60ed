// The way in: a client over Temporal or over HTTP. What stands behind either is loaded when it is asked for, and no type of Temporal is seen.

import { HttpNodrift } from './http/http-nodrift.ts';
import type { NodriftClient } from './nodrift-client.ts';

/** Settings of the client over HTTP. */
export interface HttpOptions {
  /** How long one answer may take, in milliseconds; 30 seconds, unless said. */
  readonly timeoutMs?: number | undefined;
}

export const Nodrift = {
  /**
   * A client over Temporal, for services that stand beside it. It connects as TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS… or a
   * profile file say; without an address to the server that `npx nodrift start` runs here. Close it when you are done.
   * @throws Unavailable: why it cannot be reached, and the way out; BadInput when the settings cannot be read
   */
  async connect(): Promise<NodriftClient> {
    const { Nodrift: OverTemporal } = await import('./nodrift.ts');
    return OverTemporal.connect();
  },

  /**
   * A client over HTTP, for services that reach the app: its address (`https://nodrift.council.example`) and an API key, or an access token. Nothing is
   * asked yet.
   */
  http(url: string, key: string, { timeoutMs }: HttpOptions = {}): NodriftClient {
    return new HttpNodrift({ url, key, timeoutMs });
  },
} as const;

/** A client, whichever way it goes. */
export type Nodrift = NodriftClient;
