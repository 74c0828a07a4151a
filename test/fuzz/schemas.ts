// What the fuzzed tenant defines itself: an extension of users, one of groups, and a type with attributes of every kind.

import type { JsonObject } from '../../lambdas/scim/json.ts';

export const BADGE_SCHEMA = 'urn:fuzz:params:scim:schemas:extension:Badge:2.0:User';
export const TEAM_SCHEMA = 'urn:fuzz:params:scim:schemas:extension:Team:2.0:Group';
export const THING_SCHEMA = 'urn:fuzz:params:scim:schemas:Thing';

const badge = {
  id: BADGE_SCHEMA,
  name: 'Badge',
  attributes: [
    { name: 'badge', uniqueness: 'server' },
    { name: 'floor', type: 'integer' },
    { name: 'doors', multiValued: true },
    { name: 'desk', type: 'complex', subAttributes: [{ name: 'room' }, { name: 'height', type: 'decimal' }] },
  ],
};

const team = {
  schema: {
    id: TEAM_SCHEMA,
    name: 'Team',
    attributes: [{ name: 'budget', type: 'decimal' }, { name: 'lead' }, { name: 'since', type: 'dateTime' }],
  },
  extends: 'Group',
};

const thing = {
  schema: {
    id: THING_SCHEMA,
    name: 'Thing',
    attributes: [
      { name: 'label', required: true, uniqueness: 'server' },
      { name: 'serial', caseExact: true, uniqueness: 'global' },
      { name: 'count', type: 'integer' },
      { name: 'ratio', type: 'decimal' },
      { name: 'on', type: 'boolean' },
      { name: 'since', type: 'dateTime' },
      { name: 'blob', type: 'binary' },
      { name: 'link', type: 'reference', referenceTypes: ['external'] },
      { name: 'tags', multiValued: true },
      { name: 'pin', mutability: 'writeOnly', returned: 'never' },
      { name: 'origin', mutability: 'immutable' },
      { name: 'computed', mutability: 'readOnly' },
      { name: 'notes', returned: 'request' },
      { name: 'kind', returned: 'always' },
      {
        name: 'parts',
        type: 'complex',
        multiValued: true,
        subAttributes: [
          { name: 'value', required: true },
          { name: 'type' },
          { name: 'weight', type: 'decimal' },
          { name: 'primary', type: 'boolean' },
        ],
      },
      {
        name: 'owner',
        type: 'complex',
        subAttributes: [{ name: 'value' }, { name: 'since', mutability: 'immutable' }],
      },
    ],
  },
  resourceType: { name: 'Thing', endpoint: '/Things' },
};

export const ownSchemas: readonly unknown[] = [badge, team, thing];

export const thingBody: JsonObject = {
  label: 'Thing {{case}}',
  serial: 'S{{case}}',
  count: 7,
  ratio: 1.5,
  on: true,
  since: '2026-01-02T03:04:05Z',
  blob: 'aGVsbG8=',
  link: 'https://fuzz.example/one',
  tags: ['a', 'b'],
  pin: '1234',
  origin: 'here',
  notes: 'on request',
  kind: 'shown',
  parts: [
    { value: 'p', type: 'x', weight: 0.5, primary: true },
    { value: 'q', weight: 2 },
  ],
  owner: { value: 'me', since: 'ever' },
};
