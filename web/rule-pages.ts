// "Why am I getting this?": the pages of rules. What a rule says, where it stands, and what each authority decided about it. No personal data.

import type { Hono } from 'hono';
import type { Rule } from '../domain/case/model.ts';
import { LADDER_RULES, limitWords } from '../domain/policy/departures.ts';
import { type GateLevel, type LadderName, LIMITS, ladderOf, type Policy, type Rung } from '../domain/policy/policy.ts';
import { periodWords } from '../domain/policy/policy-contradictions.ts';
import { lifeRules, readingsOf, rules } from '../policies/rules.ts';
import { gone } from './do.ts';
import { type RulesView, rulePage, rulesPage } from './render.ts';

const RULES = rules();
const LIFE = lifeRules();
const TITLES: Readonly<Record<string, string>> = {
  Barnsley: 'Barnsley: core groups and child in need meetings, guidance for professionals',
  Hull: 'Hull: procedure 1.3.8, core group working and reviews',
};

/** Registers the paths of rules. @param policies what each authority has in force */
export function rulePages(app: Hono, policies: () => Promise<readonly Policy[]>): void {
  app.get('/rules', (c) => c.html(rulesPage(index())));
  app.get('/rules/:id', async (c) => {
    const id = c.req.param('id');
    const rule = Object.hasOwn(RULES, id) ? RULES[id] : undefined;
    const life = Object.hasOwn(LIFE, id) ? LIFE[id] : undefined;
    const asks = rule?.asks ?? life;
    if (asks === undefined) return gone(c);
    const decisions = (await policies()).map((policy) => ({
      name: policy.name,
      version: policy.version,
      lines: decidedBy(policy, id),
    }));
    return c.html(
      rulePage({
        id,
        asks: plain(asks),
        quote: rule && { words: rule.words, source: `${TITLES[rule.source]}, on ${rule.section}` },
        decided: rule ? readingsOf(id).map(({ topic, decided }) => `On ${topic}: ${decided}.`) : [],
        authorities: decisions.filter(({ lines }) => lines.length > 0),
      }),
    );
  });
}

function index(): RulesView {
  const sections = new Map<string, { id: string; asks: string }[]>();
  for (const [id, { source, section, asks }] of Object.entries(RULES)) {
    const heading = `${source}: ${section}`;
    sections.set(heading, [...(sections.get(heading) ?? []), { id, asks }]);
  }
  const life = Object.entries(LIFE).map(([id, asks]) => ({ id, asks: plain(asks) }));
  return {
    sections: [...sections]
      .map(([heading, all]) => ({ heading, rules: all }))
      .concat({ heading: 'Beyond the documents: what life asks for', rules: life }),
  };
}

/** The table in docs/rules.md is written for developers: its marks for code are left out. */
const plain = (text: string): string => text.replace(/[`*]/g, '');

/** What a policy says wherever it cites a rule, as sentences. */
function decidedBy(policy: Policy, rule: Rule): string[] {
  const { limits, gates, checklist } = policy;
  const figures = LIMITS.flatMap((name) => {
    const limit = limits[name];
    if (!limit || ![...limit.rules, ...(limit.target?.rules ?? [])].includes(rule)) return [];
    return [`${upper(name.replaceAll('-', ' '))}: within ${limitWords(limit)}, counted from ${limit.of}.`];
  });
  const level = Object.hasOwn(gates, GATE_OF[rule] ?? rule) ? gates[GATE_OF[rule] ?? rule] : undefined;
  const ladders = (Object.keys(LADDER_RULES) as LadderName[])
    .filter((name) => LADDER_RULES[name].includes(rule))
    .flatMap((name) => {
      const rungs = ladderOf(policy, name);
      return rungs.length === 0 ? [] : [`${upper(LADDER_WORDS[name])}: ${rungs.map(rung).join('; ')}.`];
    });
  const asked = checklist.filter((item) => item.rules.includes(rule)).map(({ ask, at }) => `${ASKED_AT[at]}: “${ask}”`);
  return [...figures, ...(level ? [LEVELS[level]] : []), ...ladders, ...asked];
}

/** Gates that are named otherwise than their rule. */
const GATE_OF: Readonly<Record<Rule, string>> = { L20: 'quorum' };

const LEVELS: Readonly<Record<GateLevel, string>> = {
  refuse: 'What goes against it is refused.',
  reason: 'What goes against it needs a reason, which the manager is told.',
  warn: 'What goes against it is recorded, with a warning.',
  off: 'Nothing is asked of whoever departs from it.',
};

const ASKED_AT = {
  members: 'Asked when members are named',
  plan: 'Asked when a plan is proposed',
  booking: 'Asked when a meeting is booked',
  'first-meeting': 'Asked at the first meeting of its kind',
  meeting: 'Asked at every meeting',
} as const;

const LADDER_WORDS: Readonly<Record<LadderName, string>> = {
  'hold-meeting': 'while a meeting is not booked or held',
  'hold-review': 'while a review is not booked or held',
  attend: 'when a meeting is booked',
  confirm: 'while nobody says that a meeting was held',
  minutes: 'while minutes have not come',
  distribute: 'while minutes have not been passed on',
  'distribute-without-limit': 'while minutes have not been passed on, where there is no limit',
  action: 'while an action is not done',
  papers: 'while papers are not there',
  approve: 'while a decision is waited for',
  tell: 'while the family has not been told',
  other: 'while anything else is not done',
  consider: 'while a strategy discussion has not been considered',
  ending: 'while it is not said what follows the plan',
  unlimited: 'while something without a limit is not done',
};

/** "on the limit a reminder to the minute taker" */
function rung({ when, says, to }: Rung): string {
  const days = (count: number) => periodWords({ within: count, unit: 'working-days' });
  const time =
    typeof when === 'string'
      ? when === 'at-once'
        ? 'at once'
        : 'the next morning'
      : 'after' in when
        ? `${days(when.after)} after`
        : when.before === 0
          ? 'on the day'
          : `${days(when.before)} before`;
  const whom = to.map((one) => `the ${one.replaceAll('-', ' ')}`);
  const people = whom.length > 1 ? `${whom.slice(0, -1).join(', ')} and ${whom.at(-1)}` : whom[0];
  return `${time} ${KINDS[says] ?? says} to ${people}`;
}

const KINDS: Readonly<Record<string, string>> = {
  invitation: 'an invitation',
  reminder: 'a reminder',
  chase: 'a chase',
  escalation: 'an escalation',
  decision: 'a decision asked for',
  information: 'word',
};

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
