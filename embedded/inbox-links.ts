// The links of a mail, for the buttons that open them. Imported by the inbox only.

export interface MailLink {
  /** The words before it; '' where there are none of its own. */
  label: string;
  url: string;
}

const URL = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

/** Each address in the text once, with the words that announce it: a line that ends with a colon, as Nodrift writes them, or the same line's. */
export function linksIn(text: string): MailLink[] {
  const links = new Map<string, string>();
  const lines = text.split('\n').map((line) => line.trim());
  lines.forEach((line, i) => {
    for (const { 0: url, index } of line.matchAll(URL)) {
      const before = line.slice(0, index).trim() || lines.slice(0, i).findLast((other) => other !== '') || '';
      const rule = /\/rules\/([A-Z]\d+)$/.exec(url)?.[1];
      const label = /^(?:[-*•]\s*)?(.{1,80}):$/.exec(before)?.[1] ?? (rule ? `rule ${rule}` : '');
      if (!links.has(url)) links.set(url, label);
    }
  });
  return [...links].map(([url, label]) => ({ url, label }));
}

/** The text in pieces, of which each second is a link. */
export const split = (text: string): string[] => text.split(new RegExp(`(${URL.source})`));
