// What the product is told. The format is that of the JSON Schemas in schemas/; a change that a reader of the old format
// would not understand counts EVENT_FORMAT up.

export const EVENT_FORMAT = 1;

/** The `source` of every event on the bus. */
export const EVENT_SOURCE = 'scim';

export const eventTypes = [
  'user.created',
  'user.updated',
  'user.deactivated',
  'user.reactivated',
  'user.deleted',
  'user.restored',
  'group.created',
  'group.renamed',
  'group.updated',
  'group.deleted',
  'group.member.added',
  'group.member.removed',
  'tenant.created',
  'tenant.deleted',
  'tenant.silent',
  'tenant.token.rotated',
  'tenant.token.retired',
  'tenant.token.refused',
] as const;

export type EventType = (typeof eventTypes)[number];

/**
 * The state after the change (before it, for a deletion), by identifiers alone: whatever else a person's directory entry
 * says stays in the directory, where the product reads it with the id.
 */
export interface UserSubject {
  readonly type: 'User';
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly active: boolean;
}

export interface GroupSubject {
  readonly type: 'Group';
  readonly id: string;
  /** Left out in events of memberships, which are made from the membership alone. */
  readonly displayName?: string;
  readonly externalId?: string;
}

export interface OtherSubject {
  readonly type: 'Tenant' | 'Token';
  readonly id: string;
}

export interface BusinessEvent {
  readonly version: typeof EVENT_FORMAT;
  readonly type: EventType;
  /** The same whenever the event is sent again. */
  readonly id: string;
  readonly tenant: string;
  /** Which tenant of that name: one that is deleted and created again is another. */
  readonly incarnation: string;
  /** When the change was made: RFC 3339, in UTC. */
  readonly time: string;
  /** What `sequence` counts for: a resource, or a membership as `<group id>/<member id>`. */
  readonly orderingKey: string;
  /**
   * Decimal digits, to be compared as a whole number (they may exceed 2^53): of two events with one ordering key the
   * later has the greater. That of a user or group is the version in its `meta.version`.
   */
  readonly sequence: string;
  readonly resource: UserSubject | GroupSubject | OtherSubject;
  readonly member?: { readonly type: 'User' | 'Group'; readonly id: string };
  /** Names of attributes, those of an extension with its URN before them. */
  readonly changed?: readonly string[];
  readonly previousUserName?: string;
  readonly previousDisplayName?: string;
  /** The user was deleted in the customer's directory, where it can be restored for 30 days. */
  readonly softDeleted?: true;
  /** Why a token was refused. */
  readonly reason?: string;
  /** Nothing changed: an operator had the state of the tenant told again. */
  readonly resync?: true;
}
