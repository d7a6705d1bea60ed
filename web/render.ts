// Pages as HTML, from Nunjucks templates with the components of GOV.UK Frontend and MOJ Frontend. Whatever is shown is escaped.

import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import type { Paper } from '../domain/documents/paper.ts';
import type { DocsView } from './api/docs-view.ts';
import { GOVUK, MOJ, STYLE_PATH } from './assets.ts';
import type { Field, Problem } from './forms.ts';

const views = fileURLToPath(new URL('views', import.meta.url));
const templates = new nunjucks.Environment(new nunjucks.FileSystemLoader([views, GOVUK, MOJ]), {
  autoescape: true,
  trimBlocks: true,
  lstripBlocks: true,
});
templates.addGlobal('css', STYLE_PATH);

/** A link with its words. */
export interface Way {
  readonly href: string;
  readonly text: string;
}

/** A page with a form. */
export interface AskView {
  readonly title: string;
  readonly ref: string;
  readonly intro: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly links?: readonly Way[] | undefined;
  readonly action: string;
  readonly nonce: string;
  readonly turn: number;
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Why the case would not have it. */
  readonly rule?: { readonly id: string; readonly words: string | undefined } | undefined;
  readonly button: string;
  /** What was answered on the page before. */
  readonly along?: readonly { readonly name: string; readonly value: string }[];
  readonly others: readonly Way[];
}

/** A page that says something. */
export interface SayView {
  readonly title: string;
  readonly ref?: string | undefined;
  /** Something was recorded: this. */
  readonly said?: string | undefined;
  readonly paragraphs: readonly string[];
  readonly undo?: { readonly href: string; readonly until: string } | undefined;
  /** What is the reader's to do next about the same thing. */
  readonly next?: readonly Way[];
  readonly links?: readonly Way[];
  readonly others?: readonly Way[];
  readonly footer?: string | undefined;
}

/** A field as the components take it. */
const componentField = (field: Field): object =>
  'options' in field
    ? {
        ...field,
        options: field.options.map(({ hint, ...one }) => ({ ...one, ...(hint && { hint: { text: hint } }) })),
      }
    : field;

export const askPage = ({ facts, problems, ...view }: AskView): string =>
  templates.render('ask.njk', {
    ...view,
    fields: view.fields.map(componentField),
    facts: facts.map(([key, value]) => ({ key: { text: key }, value: { text: value } })),
    wrong: Object.fromEntries(problems.map(({ field, text }) => [field, text])),
    problems: problems.map(({ field, text }) => ({ text, ...(field && { href: `#${field}` }) })),
  });

/** A paper to read and to print. @param file the address of the same as a file */
export const paperPage = ({ facts, ...paper }: Paper & { readonly ref: string; readonly file: string }): string =>
  templates.render('paper.njk', {
    ...paper,
    // What is not known yet is left out.
    rows: facts.flatMap(([key, value]) => (value === '' ? [] : [{ key: { text: key }, value: { text: value } }])),
    footer: 'Made just now from what the case knows. Please keep it where you keep papers of the case.',
  });

/** What one rule says, and what authorities decided about it. */
export interface RuleView {
  readonly id: string;
  readonly asks: string;
  readonly quote?: { readonly words: string; readonly source: string } | undefined;
  /** Where the documents leave something open. */
  readonly decided: readonly string[];
  readonly authorities: readonly {
    readonly name: string;
    readonly version: string;
    readonly lines: readonly string[];
  }[];
}

export const rulePage = (view: RuleView): string => templates.render('rule.njk', { ...view, title: `Rule ${view.id}` });

/** All rules, in their sections. */
export interface RulesView {
  readonly sections: readonly {
    readonly heading: string;
    readonly rules: readonly { readonly id: string; readonly asks: string }[];
  }[];
}

export const rulesPage = (view: RulesView): string =>
  templates.render('rules.njk', { ...view, title: 'The rules that reminders rest on' });

/** A letter on one page of paper. */
export interface LetterView {
  readonly title: string;
  readonly ref: string;
  readonly from: string;
  readonly date: string;
  readonly lead: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly paragraphs: readonly string[];
  /** For somebody who reads large print. */
  readonly large: boolean;
  readonly signed: string;
}

export const letterPage = (view: LetterView): string => templates.render('letter.njk', view);

/** What the API takes and gives. */
export const docsPage = (view: DocsView): string => templates.render('docs.njk', { ...view });

export const sayPage = (view: SayView): string => templates.render('say.njk', view);

/** One place of a table: words, a link, or words that say that something is late. */
export interface Cell {
  readonly text: string;
  readonly late?: boolean;
  /** A case: not to be broken over two lines. */
  readonly ref?: boolean;
  readonly href?: string;
  /** What a link is about, for whoever hears it. */
  readonly about?: string;
}

/** A page of somebody who is signed in. */
export interface StaffView {
  readonly title: string;
  readonly nav: readonly (Way & { readonly here: boolean })[];
  readonly paragraphs: readonly string[];
  readonly tables: readonly {
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly Cell[])[];
  }[];
  readonly address: string;
  readonly nonce: string;
}

export const staffPage = (view: StaffView): string => templates.render('staff.njk', view);

/** A page to sign in by: what it says, and its forms. */
export interface SignInView {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly problems?: readonly { readonly text: string; readonly href?: string }[];
  readonly forms?: readonly {
    readonly action: string;
    readonly nonce: string;
    readonly button: string;
    /** It is not the first thing to do here. */
    readonly second?: boolean;
    /** It asks for an address. */
    readonly address?: { readonly value: string; readonly wrong?: string | undefined };
  }[];
  readonly links?: readonly Way[];
  /** Where the browser goes on to by itself. */
  readonly onward?: string | undefined;
}

export const signInPage = (view: SignInView): string =>
  templates.render('sign-in.njk', {
    footer: 'Families do not sign in: they are told by mail, by letter or in person.',
    ...view,
  });
