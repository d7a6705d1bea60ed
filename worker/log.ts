// One logger for a process and for the SDK inside it: codes, ids and counts. Messages of errors are left out, they may hold addresses.

import { DefaultLogger, Runtime, type Logger as SdkLogger } from '@temporalio/worker';
import { destination, type Logger, pino } from 'pino';
import { BadInput } from '../client/errors.ts';

export type { Logger };

const LEVELS = [...Object.keys(pino.levels.values), 'silent'];

/**
 * Logs to stderr, one JSON line each.
 * @throws BadInput when there is no such level
 */
export function createLog(level = process.env.NODRIFT_LOG || 'info'): Logger {
  if (!LEVELS.includes(level)) throw new BadInput(`NODRIFT_LOG is "${level}"; it may be ${LEVELS.join(', ')}`);
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        err: (error: unknown) => ({ type: (error as Error)?.name, code: (error as { code?: unknown })?.code }),
      },
    },
    destination(2),
  );
}

/** Makes the SDK speak through the same log. Once per process, before the first connection. */
export function installRuntime(log: Logger): void {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  const logger: SdkLogger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { workflowId, runId, activityType, attempt, error } = (meta ?? {}) as Record<string, unknown>;
    log[levels[level]]({ workflowId, runId, activityType, attempt, err: error }, message);
  });
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'ERROR', other: 'ERROR' } },
      ...(process.env.NODRIFT_METRICS ? { metrics: { prometheus: { bindAddress: process.env.NODRIFT_METRICS } } } : {}),
    },
  });
}
