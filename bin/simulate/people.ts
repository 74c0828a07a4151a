// The invented people and teams of a simulated tenant: the same for the same seed, with names and texts that break servers
// (entra-client.md 3.2, 6.3): accents in both Unicode forms, apostrophes, plus signs, telephone numbers that are not numbers.

import { type Attributes, ENTERPRISE } from './mapping.ts';

const GIVEN = (
  'Teodor; Rosalind; Zoë; Łukasz; Noor; Siobhán; Mei; Jürgen; Ana María; Øystein; Þóra; José; Ayşe; ' +
  'Nguyệt; 小春; Ольга; Δήμητρα; D’Angelo; Anne-Marie; Bo'
).split('; ');
const FAMILY = (
  "Lindqvist; Quill; O'Brien; van der Meer; Żółkiewski; Müller; Ferreira; Nakamura; Ní Dhuibhne; " +
  "Ångström; Papadopoulos; D'Souza; Öztürk; Smith; García y López; Ivanova; Håkansson; Lee"
).split('; ');
const DEPARTMENTS = ['Water Systems', 'Dredging', 'Polders & Dikes', 'Finance', 'Legal', 'Küste', 'R+D', ''];
const TITLES = ['Engineer', 'Lock Keeper', 'Head of Pumps, Sluices and "Other" Gates', 'Trainee', 'CFO'];
const CITIES = ['Veldt', 'Ouddorp', 'Łódź', 'São João', '’s-Hertogenbosch', 'Newcastle-upon-Tyne'];
const COUNTRIES = ['NL', 'Nederland', 'qzxv-7', 'Côte d’Ivoire'];
const LANGUAGES = ['en-US', 'nl', 'fr-CA', 'not a language'];
const PHONES = ['+31 (0)20 555-0142 ext. 9', '5550142', 'call the desk', '+1.555.0100;ext=22'];
const TEAMS = (
  "Dredging Crew; Pumps and Locks; Harbour Master's Office; Wärter & Söhne; R+D #1; Finance (EMEA); " +
  '100% Remote; Æther = Ops; A/B Testing; Équipe d’été'
).split('; ');

/** Repeatable random numbers in [0, 1) (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T;

/** The part of a userName before the @, of the characters that a userPrincipalName may have. */
const account = (given: string, family: string, index: number): string => {
  const ascii = `${given}.${family}`.normalize('NFKD').replace(/[^A-Za-z'.-]/g, '');
  const separator = index % 9 === 4 ? '+' : index % 7 === 3 ? '_' : '.';
  return `${ascii.replace(/^[.'-]+|[.'-]+$/g, '') || 'user'}${separator}${index}`;
};

/** The target attributes of the person with this number, mapped as Entra does by default. */
export const person = (index: number, domain: string, random: () => number): Attributes => {
  const [given, family] = [pick(GIVEN, random), pick(FAMILY, random)];
  const name = account(given, family, index);
  const userName = `${name}@${domain}`;
  // One name in eleven arrives decomposed: stored text must not be normalised.
  const form = index % 11 === 5 ? 'NFD' : 'NFC';
  const formatted = `${given} ${family}`.normalize(form);
  const optional: Attributes = {
    title: pick(TITLES, random),
    preferredLanguage: pick(LANGUAGES, random),
    'emails[type eq "other"].value': `${index}.${domain}@alumni.veldt.example`,
    'phoneNumbers[type eq "work"].value': pick(PHONES, random),
    'phoneNumbers[type eq "mobile"].value': pick(PHONES, random),
    'phoneNumbers[type eq "fax"].value': pick(PHONES, random),
    'addresses[type eq "work"].formatted': `Room ${index}\nQuay 7, ${pick(CITIES, random)}`,
    'addresses[type eq "work"].streetAddress': `Quay ${index}\u00a0bis`,
    'addresses[type eq "work"].locality': pick(CITIES, random),
    'addresses[type eq "work"].region': 'Zeeland ',
    'addresses[type eq "work"].postalCode': `${4000 + index} QX`,
    'addresses[type eq "work"].country': pick(COUNTRIES, random),
    [`${ENTERPRISE}:employeeNumber`]: `E-${40_000 + index}`,
    [`${ENTERPRISE}:department`]: pick(DEPARTMENTS, random),
  };
  return {
    // mailNickname repeats in real directories; externalId must not be taken for unique (entra-client.md, rule 29).
    externalId: index % 25 === 24 && index < 100 ? `shared.${domain}` : `${name}.${domain}`,
    userName: index % 5 === 2 ? userName : userName.toLowerCase(),
    active: true,
    displayName: index % 13 === 6 ? `${formatted} 🌊` : formatted,
    'name.formatted': formatted,
    'name.familyName': family.normalize(form),
    'name.givenName': given.normalize(form),
    'emails[type eq "work"].primary': true,
    'emails[type eq "work"].value': `${name}@mail.${domain}`,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '' && random() < 0.85)),
  };
};

/** The display name of the group with this number; unique by its domain. */
export const teamName = (index: number, domain: string): string =>
  `${TEAMS[index % TEAMS.length]} ${index} (${domain})`;
