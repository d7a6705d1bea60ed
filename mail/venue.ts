// A venue as a mail may show it. A place where somebody may live is left out.

import { shown } from './address.ts';

/** A venue that matches one of these is left out. It may match too often: the reader can still ask the social worker. */
const HOMES: readonly RegExp[] = [
  // a postcode
  /\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b/i,
  // a number and a name: 12 Acacia Avenue; 12 The Poplars; Rose Villas, no. 3a Mill Lane; not "2 floor"
  /(?:^|[,;(]\s*|\bno\.?\s*)\d+[a-z]?,?\s+(?!(?:floor|level)\b)\p{L}{2,}/iu,
  /,\s*\d+[a-z]?$/i,
  // anywhere in the text: a number before a street, or after it
  /\b\d+[a-z]?,?\s+(?:[\p{L}'’.-]+\s+){1,4}?(?:street|st|road|rd|avenue|ave|lane|ln|close|cl|drive|dr|way|court|ct|crescent|cres|place|pl|terrace|terr|grove|gardens|gdns|walk|hill|row|view|mews|square|sq|parade|rise|croft|garth|fold|green|park|end|bank|mount|vale|yard)\b/iu,
  /\b(?:street|road|rd|avenue|ave|lane|close|drive|crescent|terrace|grove|gardens|mews)\s+(?:no\.?\s*)?\d+/i,
  // a word for what people live in
  /\b(?:flat|flats|apartment|apt|maisonette|bedsit|penthouse|house|household|houseboat|home|cottages?|bungalow|villas?|lodge|lodgings?|caravan|trailer|farm|farmhouse|barn|hostel|refuge|residence|residential|placement|foster|tenancy|doorstep|kitchen|lounge|(?:living|front|sitting|dining|bed)\s*-?\s*room|address|(?:plot|pitch)\s+\d+)\b/i,
  // a word for whose it is: c/o, Mrs Smith, mum and dad, "at Jane Smith's", "Jane's place"
  /\bc\s*\/\s*o\b|\bcare\s+of\b/i,
  /\b(?:mr|mrs|ms|miss|mx)\b/i,
  /\b(?:mother|father|mum|mom|mam|mummy|dad|daddy|gran|granny|grandma|grandad|grandpa|grandmother|grandfather|grandparents?|nan|nana|nanny|aunt|auntie|uncle|foster|neighbour)(?:['’]?s['’]?)?\b/i,
  /(?<!\b(?:st|saint)\.?\s+\p{L}+|\bbarnardo)['’]s?\s*(?:$|[,;(]|(?:new\s+|old\s+)?(?:place|property|bedroom)\b)/iu,
];

/** The venue, or a request to ask the social worker for it. */
export function place(venue: string | undefined): string {
  if (venue === undefined) return 'to be confirmed';
  return publicPlace(venue) ?? 'please ask the social worker (it is not written in e-mails)';
}

/** The venue, where it cannot be somebody's home. */
export function publicPlace(venue: string): string | undefined {
  const text = shown(venue.normalize('NFKC'));
  return !text || HOMES.some((home) => home.test(text)) ? undefined : text;
}
