// `nodrift policy`: shows an authority's figures, explains a rule, checks a policy and puts it in force.

import { Argument, type Command, InvalidArgumentError } from 'commander';
import { BadInput } from '../client/errors.ts';
import { refuseUnfit } from '../client/refuse-policy.ts';
import type { Rule } from '../domain/case/model.ts';
import { departuresOf, LADDER_RULES, limitWords, type PolicyDeparture } from '../domain/policy/departures.ts';
import { type GateLevel, LADDERS, LIMITS, type Policy } from '../domain/policy/policy.ts';
import { STATUTE, statuteWords } from '../domain/policy/statute.ts';
import { AUTHORITIES, comparedWith, isShipped, loadCalendar, loadPolicy, shippedPolicy } from '../policies/load.ts';
import { readingsOf, rules } from '../policies/rules.ts';
import { historyLines, since } from './history-lines.ts';
import { authorityOption, connected, policyIn, policyOf } from './options.ts';
import { counted, type Output, oneLine, printJson, table } from './output.ts';
import { putInForce } from './tell-cases-of.ts';

interface Json {
  readonly json?: boolean;
}

export function addPolicy(program: Command, output: Output): void {
  const policy = program
    .command('policy')
    .description("An authority's figures, gates and ladders, as data (docs/policy.md).")
    .addHelpText('after', EXAMPLES);
  policy
    .command('check')
    .description(
      'Every departure from the sources and from statute, with its rules and both figures. Exits 3 when statute is broken.',
    )
    .argument('<file>', 'a policy file (JSON); it may extend defaults.json, barnsley.json, hull.json or another file')
    .option(
      '--json',
      '{"policy","against","departures":[{"field","kind","rules","shipped","own","statute","unlawful"}],"lawful"}',
    )
    .addHelpText('after', CHECK_EXAMPLES)
    .action((file: string, options: Json) => check(file, options, output));
  policy
    .command('explain')
    .description('What a rule says, where, and what a policy does about it; both shipped policies unless one is named.')
    .addArgument(new Argument('<rule>', 'R1 to R162').argParser(ruleArgument))
    .option('--authority <name>', 'whose policy')
    .option('--policy <file>', 'a policy file (JSON)')
    .option('--json', '{"rule","kind","asks","words","source","section","decided","policies"}')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action((rule: Rule, options: Json & { authority?: string; policy?: string }) => explain(rule, options, output));
  policy
    .command('list')
    .description('Every authority with the policy and the calendar it has in force, since when and by whom.')
    .option(
      '--json',
      '{"authorities":[{"authority","policies":[{"number","version","hash","from","by"}],"calendars"}]}',
    )
    .addHelpText('after', '\nExamples:\n  npx nodrift policy list')
    .action((options: Json) => list(options, output));
  policy
    .command('show')
    .description('The policy an authority has in force, what it changes, and those before it.')
    .requiredOption('--authority <name>', 'whose policy', authorityOption)
    .option('--json', 'the policy alone, as a file that --policy reads')
    .addHelpText('after', SHOW_EXAMPLES)
    .action((options: Json & { authority: string }) => show(options, output));
  policy
    .command('diff')
    .description('What a policy file would change of the one its authority has in force.')
    .argument('<file>', 'a policy file (JSON)')
    .option('--json', '{"policy","against","departures":[{"field","kind","rules","shipped","own"}]}')
    .addHelpText('after', DIFF_EXAMPLES)
    .action((file: string, options: Json) => diff(file, options, output));
  policy
    .command('apply')
    .description(
      'Puts a policy in force: for new cases first, then for every running case of its authority, each told once.',
    )
    .argument('<file>', 'a policy file (JSON) with a version that was not used before')
    .option(
      '--reproject',
      'limits that are open move to the new figures too, never later; without it only what arises from now on',
    )
    .option('--json', '{"event","took","before","closed","stragglers","stragglersInAll"}')
    .addHelpText('after', '\nIt may be run again: it reaches only what is left. Exits 6 when a case was not reached.')
    .addHelpText('after', APPLY_EXAMPLES)
    .action((file: string, options: Json & { reproject?: boolean }) => apply(file, options, output));
}

/** An example for the help: a policy that differs from Barnsley's in one figure. */
const OWN = `echo '{ "extends": "barnsley.json", "authority": "barnsley", "name": "Barnsley", "version": "2",
    "limits": { "next-core-group": { "within": 21, "unit": "days", "of": "the last core group", "rules": ["R21"] } } }' > barnsley-2.json`;
const EXAMPLES = `
Examples:
  npx nodrift policy explain R21
  ${OWN}
  npx nodrift policy check barnsley-2.json
  npx nodrift policy apply barnsley-2.json --reproject`;
const CHECK_EXAMPLES = `
Examples:
  npx nodrift policy check policies/hull.json
  ${OWN}
  npx nodrift policy check barnsley-2.json --json`;
const EXPLAIN_EXAMPLES = `
Examples:
  npx nodrift policy explain R108
  npx nodrift policy explain R108 --authority hull --json`;
const SHOW_EXAMPLES = `
Examples:
  npx nodrift policy show --authority barnsley
  npx nodrift policy show --authority barnsley --json > in-force.json`;
const DIFF_EXAMPLES = `
Examples:
  ${OWN}
  npx nodrift policy diff barnsley-2.json`;
const APPLY_EXAMPLES = `
Examples:
  ${OWN}
  npx nodrift policy apply barnsley-2.json --reproject`;

function ruleArgument(text: string): Rule {
  const rule = text.toUpperCase();
  if (!Object.hasOwn(rules(), rule)) throw new InvalidArgumentError('Rules run from R1 to R162');
  return rule;
}

/** @throws BadInput naming each field that is wrong */
function checked(file: string): { policy: Policy; against: Policy; departures: readonly PolicyDeparture[] } {
  const policy = policyIn(file);
  const against = shippedPolicy(comparedWith(file, policy.authority));
  return { policy, against, departures: departuresOf(policy, against, loadCalendar()) };
}

function check(file: string, { json }: Json, output: Output): void {
  const { policy, against, departures } = checked(file);
  const lawful = departures.every(({ unlawful }) => unlawful === undefined);
  if (json) printJson(output, { policy: named(policy), against: named(against), departures, lawful });
  else
    output.out(
      [head(policy, against, departures), ...departures.map((one) => departureLine(one))].map(oneLine).join('\n'),
    );
  refuseUnfit(policy);
}

const named = ({ authority, version, name }: Policy) => ({ authority, version, name });

function head(policy: Policy, against: Policy, departures: readonly PolicyDeparture[]): string {
  const count = departures.length === 0 ? 'no departures' : counted(departures.length, 'departure');
  return `${policy.name}, version ${policy.version}: ${count} from the policy shipped for ${against.name}`;
}

const KINDS: Partial<Readonly<Record<PolicyDeparture['kind'], string>>> = {
  looser: ', looser',
  tighter: ', tighter',
  unlike: ', in another unit',
  weaker: ', weaker',
  stronger: ', stronger',
};

/** @param against what the other figure is: `shipped` */
function departureLine(
  { field, kind, rules: cited, shipped, own, statute, unlawful }: PolicyDeparture,
  against = 'shipped',
): string {
  const law =
    statute === undefined
      ? ''
      : unlawful === undefined
        ? `; statute: ${statute}`
        : `; BREAKS STATUTE (${statute}): ${unlawful}`;
  return `${cited.join(', ') || '–'}  ${field}: ${own}${KINDS[kind] ?? ''}; ${against}: ${shipped}${law}`;
}

function explain(
  rule: Rule,
  { json, authority, policy }: Json & { authority?: string; policy?: string },
  output: Output,
): void {
  const text = rules()[rule];
  if (!text) throw new BadInput(`${rule} is not a rule`);
  const policies =
    authority === undefined && policy === undefined ? AUTHORITIES.map(loadPolicy) : [policyOf({ authority, policy })];
  const decided = readingsOf(rule);
  const served = policies.map((one) => ({ authority: one.authority, version: one.version, ...servedBy(rule, one) }));
  if (json) {
    printJson(output, { rule, ...text, decided, policies: served });
    return;
  }
  output.out(
    [
      `${rule} (${text.kind}): ${text.asks}`,
      `  “${text.words}”`,
      `  ${SOURCES[text.source]}: ${text.section}`,
      ...decided.map(({ id, topic, decided: words }) => `  ${id}, ${topic}: ${words}`),
      ...policies.flatMap((one, i) => ['', `${one.name}, version ${one.version}`, ...servedLines(rule, served[i]!)]),
    ].join('\n'),
  );
}

const SOURCES = {
  Barnsley: "Barnsley's guidance on core groups and child in need meetings",
  Hull: "Hull's procedure 1.3.8, core group working and reviews",
} as const;

/** The parts of a policy that cite a rule. */
function servedBy(rule: Rule, policy: Policy) {
  const limits = LIMITS.flatMap((name) => {
    const limit = policy.limits[name];
    const cites = limit?.rules.includes(rule) || limit?.target?.rules.includes(rule);
    const statute = STATUTE[name];
    return limit && cites
      ? [
          {
            name,
            limit: limitWords(limit),
            of: limit.of,
            ...(statute ? { statute: statuteWords(statute) } : {}),
          },
        ]
      : [];
  });
  return {
    limits,
    gate: policy.gates[rule] ?? null,
    ladders: LADDERS.filter((name) => LADDER_RULES[name].includes(rule)),
    checklist: policy.checklist.filter((one) => one.rules.includes(rule)).map(({ item, ask }) => ({ item, ask })),
  };
}

const LEVELS: Readonly<Record<GateLevel, string>> = {
  refuse: 'an event that departs from it is refused',
  reason: 'an event that departs from it needs a reason, which the manager is told',
  warn: 'an event that departs from it is accepted and marked',
  off: 'not asked for',
};

function servedLines(rule: Rule, { limits, gate, ladders, checklist }: ReturnType<typeof servedBy>): readonly string[] {
  const lines = [
    ...limits.map(
      ({ name, limit, of, statute }) =>
        `  limit ${name}: ${limit} from ${of}${statute ? ` (statute: ${statute})` : ''}`,
    ),
    ...(gate === null ? [] : [`  gate ${rule}, ${gate}: ${LEVELS[gate]}`]),
    ...ladders.map((name) => `  ladder ${name} reminds, chases and escalates it`),
    ...checklist.map(({ item, ask }) => `  checklist ${item}: ${ask}`),
  ];
  return lines.length > 0 ? lines : ['  no figure, gate or ladder of the policy: docs/rules.md says what serves it'];
}

async function apply(
  file: string,
  { json = false, reproject = false }: Json & { reproject?: boolean },
  output: Output,
): Promise<void> {
  const { policy } = checked(file);
  refuseUnfit(policy);
  const { authority, version } = policy;
  const change = { policy, ...(reproject ? { reproject } : {}) };
  await connected((nodrift) =>
    putInForce(nodrift, { authority, change }, `policy ${version} of ${authority}`, { output, json }),
  );
}

/** Asks the server, whose record has it. Loaded only here: a command that needs no server must not wait for Temporal's libraries. */
const asked = (authority: string) =>
  connected(async (nodrift) => (await import('../client/ask-in-force.ts')).inForceFor(nodrift, authority));

async function diff(file: string, { json }: Json, output: Output): Promise<void> {
  const policy = policyIn(file);
  const { now } = await asked(policy.authority);
  const departures = departuresOf(policy, now.policy, now.calendar);
  if (json) return printJson(output, { policy: named(policy), against: named(now.policy), departures });
  const head = `${policy.name}, version ${policy.version}: ${counted(departures.length, 'difference')} from version ${now.policy.version}, which is in force`;
  output.out([head, ...departures.map((one) => departureLine(one, 'in force'))].map(oneLine).join('\n'));
}

async function show({ authority, json }: Json & { authority: string }, output: Output): Promise<void> {
  const { now, policies } = await asked(authority);
  if (json) return printJson(output, now.policy);
  const { name, version } = now.policy;
  const against = shippedPolicy(isShipped(authority) ? authority : 'barnsley');
  const departures = departuresOf(now.policy, against, now.calendar);
  output.out(
    [
      `${oneLine(name)}, version ${version}: ${counted(departures.length, 'departure')} from the policy shipped for ${against.name}`,
      ...departures.map((one) => oneLine(departureLine(one))),
      '',
      ...historyLines(policies),
    ].join('\n'),
  );
}

async function list({ json }: Json, output: Output): Promise<void> {
  const all = await connected(async (nodrift) => (await import('../client/ask-in-force.ts')).inForce(nodrift));
  if (json) return printJson(output, { authorities: all });
  const rows = all.map(({ authority, policies, calendars }) => {
    const [policy, calendar] = [policies.at(-1)!, calendars.at(-1)!];
    return [authority, policy.version, since(policy), `known until ${calendar.version}`, since(calendar)];
  });
  output.out(table([['authority', 'policy', '', 'calendar', ''], ...rows], '').join('\n'));
}
