// One logger for a process and the SDK inside it. It logs codes, ids and counts. It leaves out the messages of errors, which may hold addresses.

import { DefaultLogger, Runtime, type Logger as SdkLogger } from '@temporalio/worker';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { errorFields } from '../client/error-fields.ts';
import { BadInput } from '../client/errors.ts';

export type { Logger };

const LEVELS = [...Object.keys(pino.levels.values), 'silent'];

/**
 * Logs to stderr, one JSON line each.
 * @throws BadInput when there is no such level
 */
export function createLog(level = process.env.NODRIFT_LOG || 'info', to: DestinationStream = destination(2)): Logger {
  if (!LEVELS.includes(level)) throw new BadInput(`NODRIFT_LOG is "${level}"; it may be ${LEVELS.join(', ')}`);
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino writes numbers; people who read a log at night do not know that 50 is an error.
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
    },
    to,
  );
}

/** Makes the SDK write to the same log. Called once per process, before the first connection. */
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
