// `npm run bench`: measures, prints a table, and writes it to bench/results.md. Takes some five minutes.

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createLog, installRuntime } from '../worker/log.ts';
import { type Comparison, compare, type Pair } from './live.ts';
import { measurePlayer, type PlayerSpeed } from './memory-player.ts';
import { ROOT } from './support.ts';

interface Row {
  readonly figure: string;
  readonly ours: string;
  readonly against: string;
  readonly ratio: string;
  readonly aim: string;
  readonly met: boolean;
}

const YEARS_A_SECOND = 1_000;
const LIVE_SECONDS = 20;

function rows(player: readonly PlayerSpeed[], live: Comparison): readonly Row[] {
  const beside = (figure: string, { ours, bare }: Pair, aim: number, digits = 0): Row => ({
    figure,
    ours: ours.toFixed(digits),
    against: bare.toFixed(digits),
    ratio: (ours / bare).toFixed(2),
    aim: `≤ ${aim} ×`,
    met: ours / bare <= aim,
  });
  return [
    ...player.map(({ example, perSecond }) => ({
      figure: `case-years a second of CPU in memory (${example})`,
      ours: perSecond.toFixed(0),
      against: '–',
      ratio: '–',
      aim: `≥ ${YEARS_A_SECOND.toLocaleString('en-GB')}`,
      met: perSecond >= YEARS_A_SECOND,
    })),
    {
      figure: 'seconds for a live case-year, real mails and record',
      ours: live.liveSeconds.toFixed(1),
      against: '–',
      ratio: '–',
      aim: `≤ ${LIVE_SECONDS}`,
      met: live.liveSeconds <= LIVE_SECONDS,
    },
    beside('history events of a case-year', live.events, 1.15),
    beside('workflow tasks of a case-year', live.tasks, 1.15),
    beside('worker CPU of a case-year, ms', live.cpu, 1.15),
    beside('replay of a case-year, ms', live.replay, 1.5, 1),
    beside('memory of a cached case just opened, kB', live.memoryOpened, 1.3),
    beside('memory of a cached case after half a year, kB', live.memoryHalfYear, 1.3),
  ];
}

function table(all: readonly Row[]): string {
  return [
    '| figure | Nodrift | bare workflow | ratio | aim | |',
    '|---|---|---|---|---|---|',
    ...all.map(
      ({ figure, ours, against, ratio, aim, met }) =>
        `| ${figure} | ${ours} | ${against} | ${ratio} | ${aim} | ${met ? 'met' : '**missed**'} |`,
    ),
  ].join('\n');
}

/** Where our history is longer than the bare one's. */
function extra({ kinds }: Comparison): string {
  return [...new Set([...Object.keys(kinds.ours), ...Object.keys(kinds.bare)])]
    .map((kind) => ({ kind, more: (kinds.ours[kind] ?? 0) - (kinds.bare[kind] ?? 0) }))
    .filter(({ more }) => more !== 0)
    .sort((a, b) => b.more - a.more)
    .map(({ kind, more }) => `${more > 0 ? '+' : ''}${more} ${kind}`)
    .join(', ');
}

installRuntime(createLog('silent'));
const say = (line: string): void => void process.stderr.write(`${line}\n`);
say('case-years in memory');
const player = measurePlayer();
const live = await compare(say);
const text = `# Measurements

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} shared cores, Node ${process.versions.node.split('.')[0]}.
Other programs ran beside it, so read the ratios: both sides were measured in turn in the same run, medians of several rounds.

The case-year is \`examples/a-good-year.yaml\`. The bare workflow (\`bench/bare-workflow.ts\`) takes the same updates and makes the same
deliveries at the same moments of its own clock, on the same server with the same worker options; it keeps no facts, no record and no search
attributes, and it is told beforehand what to deliver and when. Events of the fast-forward itself are left out of both.

${table(rows(player, live))}

Where our history differs from the bare one: ${extra(live)}.
`;
writeFileSync(join(ROOT, 'bench', 'results.md'), text);
process.stdout.write(`${text}\n`);
process.exit(0);
