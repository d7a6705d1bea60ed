// The watchdog looks for cases in trouble (look.ts), and does not depend on them. Every worker runs it, and they take turns to look. It alerts by
// log, metric and mail; people act (docs/operations.md).

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { fromEpochMs, type LocalDate } from '../domain/time/calendar.ts';
import { alertsToMail, countsOfAlerts, markMailed, noteLook, raise, type StandingAlert } from '../record/alerts.ts';
import type { OpenRecord } from '../record/open.ts';
import {
  claimMail,
  endTurn,
  giveTurnBack,
  keepTurn,
  lastLook,
  noteAgreements,
  type Turn,
  takeTurn,
} from '../record/watch.ts';
import type { Logger } from './log.ts';
import { look } from './look.ts';

const LOOKS_EVERY_MS = 10 * 60_000;
/** A worker that starts looks at once, unless another has just done so. */
const JUST_LOOKED_MS = 60_000;
/** How often each worker asks whether it is its turn, and whether anybody looks at all. */
const ASKS_EVERY_MS = 60_000;
const SILENCE_MS = 30 * 60_000;
/** A look writes this many lines of log. The rest is only counted. */
const LOGGED_AT_ONCE = 200;

export interface WatchdogOptions {
  readonly client: Client;
  readonly record: OpenRecord;
  readonly log: Logger;
  /** Where no metrics are served, it does nothing. */
  readonly meter: MetricMeter;
  /** Mails the operators; absent where there are none. @returns whether the relay took a mail for one of them */
  readonly writeToOperators?: ((alerts: readonly StandingAlert[], now: Date) => Promise<boolean>) | undefined;
  /** Called at every look. */
  readonly each?: (() => Promise<void>) | undefined;
  /** Called once a day. */
  readonly daily: (today: LocalDate) => Promise<void>;
  /** Only tests shorten these. */
  readonly everyMs?: number | undefined;
  readonly askEveryMs?: number | undefined;
  readonly silenceMs?: number | undefined;
}

/** Looks now, and every ten minutes. @returns how to stop it */
export function startWatchdog(options: WatchdogOptions): () => Promise<void> {
  const watchdog = new Watchdog(options);
  let asking = watchdog.ask(Math.min(JUST_LOOKED_MS, options.everyMs ?? LOOKS_EVERY_MS));
  // A look is due half an asking interval early. Otherwise a turn missed by a moment would come a whole interval late.
  const { everyMs = LOOKS_EVERY_MS, askEveryMs = ASKS_EVERY_MS } = options;
  const due = everyMs - askEveryMs / 2;
  const timer = setInterval(() => {
    asking = asking.then(() => watchdog.ask(due));
  }, askEveryMs);
  return async () => {
    clearInterval(timer);
    watchdog.stop();
    await asking;
  };
}

class Watchdog {
  readonly #options: WatchdogOptions;
  /** This process's name among those that take turns. */
  readonly #me = randomUUID();
  readonly #stopping = new AbortController();
  readonly #alerts: ReturnType<MetricMeter['createGauge']>;
  readonly #lastLook: ReturnType<MetricMeter['createGauge']>;
  /** Every kind that was ever counted, so that its count goes back to 0 when it ends. */
  readonly #counted = new Set<string>();
  /** When somebody last completed a look, as far as this process knows. Before the first, when it began to watch. */
  #lookedAtMs = Date.now();
  #saidSilentAtMs = 0;
  #day = '';

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#alerts = options.meter.createGauge(
      'nodrift_alerts',
      'int',
      undefined,
      'What operators must hear of, by kind',
    );
    this.#lastLook = options.meter.createGauge(
      'nodrift_watchdog_last_look_seconds',
      'int',
      undefined,
      'Seconds since the watchdog last completed a look',
    );
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Looks if it is this process's turn, and alerts when nobody has looked for too long. */
  async ask(dueAfterMs: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { record, log } = this.#options;
    try {
      const turn = await takeTurn(record, this.#me, dueAfterMs / 1_000);
      if (turn) await this.#look(turn);
      const ago = await lastLook(record);
      if (ago !== null) this.#lookedAtMs = Math.max(this.#lookedAtMs, Date.now() - ago * 1_000);
      this.#show(await countsOfAlerts(record));
    } catch (err) {
      if (!this.#stopping.signal.aborted) log.error({ err }, 'the watchdog could not look');
    }
    await this.#mindSilence();
    this.#lastLook.set(Math.round((Date.now() - this.#lookedAtMs) / 1_000));
  }

  async #look(turn: Turn): Promise<void> {
    const { client, record, log, daily, each } = this.#options;
    const { signal } = this.#stopping;
    const today = fromEpochMs(Date.now()).slice(0, 10) as LocalDate;
    if (today !== this.#day) await daily(today);
    this.#day = today;
    await each?.();
    const keeping = setInterval(() => void keepTurn(record, this.#me).catch(() => {}), 60_000);
    try {
      const { alerts, agreed, failures, examined } = await look(client, record, Date.now(), {
        after: turn.examined,
        signal,
      });
      if (signal.aborted) return await giveTurnBack(record, this.#me);
      for (const err of failures.slice(0, 1))
        log.error({ err, failures: failures.length }, 'the watchdog could not look');
      const { toLog, ended } = await noteLook(record, alerts, failures.length === 0);
      await noteAgreements(record, agreed);
      this.#log(toLog, ended);
      // A look that did not see everything does not end its turn. The lease runs out, and somebody looks again.
      if (failures.length === 0) await endTurn(record, this.#me, examined);
      await this.#mail();
    } finally {
      clearInterval(keeping);
    }
  }

  #log(standing: readonly StandingAlert[], ended: readonly StandingAlert[]): void {
    const { log } = this.#options;
    for (const { caseId, what, detail, since } of standing.slice(0, LOGGED_AT_ONCE))
      log.error({ alert: what, case: caseId || undefined, detail, since }, 'needs attention');
    if (standing.length > LOGGED_AT_ONCE)
      log.error({ alerts: standing.length }, `more need attention than the ${LOGGED_AT_ONCE} above`);
    for (const { caseId, what, since } of ended)
      log.info({ alert: what, case: caseId || undefined, since }, 'no longer needs attention');
  }

  /** One mail an hour, by the worker that claims it. If the relay takes it for nobody, the next hour's worker tries again. */
  async #mail(): Promise<void> {
    const { record, log, writeToOperators } = this.#options;
    if (!writeToOperators) return;
    const alerts = await alertsToMail(record);
    if (alerts.length === 0 || !(await claimMail(record))) return;
    if (await writeToOperators(alerts, new Date())) await markMailed(record, alerts);
    else log.error({ alerts: alerts.length }, 'no operator could be written to; it is tried again in an hour');
  }

  /** Every worker alerts when nobody has looked for too long. */
  async #mindSilence(): Promise<void> {
    const { record, log, silenceMs = SILENCE_MS } = this.#options;
    const now = Date.now();
    if (now - this.#lookedAtMs < silenceMs || this.#stopping.signal.aborted) return;
    if (now - this.#saidSilentAtMs < silenceMs) return;
    this.#saidSilentAtMs = now;
    const minutes = Math.round((now - this.#lookedAtMs) / 60_000);
    log.error({ alert: 'watchdog-late', minutes }, 'nobody has looked after the cases');
    this.#show(new Map([['watchdog-late', 1]]));
    try {
      await raise(record, { caseId: '', what: 'watchdog-late' });
      await this.#mail();
    } catch (err) {
      log.error({ err }, 'the operators could not be written to');
    }
  }

  #show(counts: ReadonlyMap<string, number>): void {
    for (const what of counts.keys()) this.#counted.add(what);
    for (const what of this.#counted) this.#alerts.set(counts.get(what) ?? 0, { what });
  }
}
