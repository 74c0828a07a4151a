// The public contract of events, as JSON Schemas in schemas/. An incompatible change of the format increments EVENT_FORMAT.

/** The major version of the format, `version` in every event. Members and types may be added to it without a new one. */
export const EVENT_FORMAT = 1;

/** The `source` of every event on the EventBridge bus; `detail-type` is the event's `type`, `detail` the event. */
export const EVENT_SOURCE = 'scim';

/**
 * All types; what each means is the description in its schema. Those of users, groups and members are published from the
 * table's stream, a second or so after the change: one change is at most one event, the most specific of its type.
 */
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
  'tenant.resync.started',
  'tenant.resync.ended',
  'tenant.webhook.test',
  'tenant.token.rotated',
  'tenant.token.retired',
  'tenant.token.refused',
] as const;

/** One of `eventTypes`. */
export type EventType = (typeof eventTypes)[number];

/**
 * A user after the change (before it, for a deletion), by its identifiers only: all other personal data stays in the
 * directory, where subscribers read it by the id.
 */
export interface UserSubject {
  readonly type: 'User';
  /** The SCIM `id`, a UUID. */
  readonly id: string;
  readonly userName: string;
  /** The identifier that the identity provider assigned, if any. */
  readonly externalId?: string;
  /** True unless `active` is false: a user without the attribute is active. */
  readonly active: boolean;
}

/** A group after the change (before it, for a deletion). */
export interface GroupSubject {
  readonly type: 'Group';
  /** The SCIM `id`, a UUID. */
  readonly id: string;
  /** Absent in events of memberships, which carry the id alone. */
  readonly displayName?: string;
  /** The identifier that the identity provider assigned, if any; absent in events of memberships. */
  readonly externalId?: string;
}

/** The tenant, or the token, that an event is about. */
export interface OtherSubject {
  readonly type: 'Tenant' | 'Token';
  /** The tenant id, or the key id of the token, which is no secret. */
  readonly id: string;
}

/** An event: the `detail` on the bus, and the `data` of a webhook message. Delivered at least once. */
export interface BusinessEvent {
  readonly version: typeof EVENT_FORMAT;
  readonly type: EventType;
  /** Identifies the event, also when it is delivered again: 32 hexadecimal digits. */
  readonly id: string;
  /** The tenant id, e.g. `acme`. */
  readonly tenant: string;
  /** Distinguishes tenants that had this id one after the other: six letters or digits, new whenever the tenant is created. */
  readonly incarnation: string;
  /** When the change was made: RFC 3339, in UTC. */
  readonly time: string;
  /**
   * What `sequence` orders: the id of a user, group or tenant, `<group id>/<member id>` for a membership,
   * `<tenant>/token` for tokens, `<tenant>/silence` for silences, `<tenant>/resync` for runs of a resync,
   * `<tenant>/webhook` for tests.
   */
  readonly orderingKey: string;
  /**
   * Decimal digits, to be compared as an integer (it may exceed 2^53): of two events with the same ordering key, the later
   * has the greater. For a user or group it is the version in `meta.version`.
   */
  readonly sequence: string;
  /** What the event is about; the group, for a membership. */
  readonly resource: UserSubject | GroupSubject | OtherSubject;
  /** Only in `group.member.added` and `group.member.removed`: who joined or left. */
  readonly member?: { readonly type: 'User' | 'Group'; readonly id: string };
  /**
   * The names of the attributes that changed, those of an extension with its URN before them. In the events of users and
   * groups, except creations and deletions.
   */
  readonly changed?: readonly string[];
  /** The userName before, if it changed; for the deletion of a soft-deleted user, the name before that. */
  readonly previousUserName?: string;
  /** Only in `group.renamed`: the displayName before. */
  readonly previousDisplayName?: string;
  /**
   * In `user.deactivated`, or `user.updated` for a user that was inactive before: the user was deleted in the customer's
   * directory, where it can be restored for 30 days.
   */
  readonly softDeleted?: true;
  /** Only in `tenant.token.refused`: why, one of `refusalCauses` (credentials/verify.ts). */
  readonly reason?: string;
  /** Nothing changed: `resync` published the current state, as `user.created`, `group.created` or `group.member.added`. */
  readonly resync?: true;
  /** The run of a resync: with `resync`, and in `tenant.resync.started` and `tenant.resync.ended`. */
  readonly resyncId?: string;
  /** Only in `tenant.resync.ended`: how many of each the run has published, or is about to. */
  readonly published?: { readonly users: number; readonly groups: number; readonly memberships: number };
}
