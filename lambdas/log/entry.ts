// An entry of the provisioning log, kept within one write unit: long values are truncated, visibly.

/** The first ids of a list, and the length of the whole list. */
export interface Ids {
  readonly count: number;
  readonly ids: readonly string[];
}

/** The first names of a list, and the length of the whole list. */
export interface Names {
  readonly count: number;
  readonly names: readonly string[];
}

/** How one request, or one operation of a bulk request, ended. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** API Gateway's request id. */
  readonly requestId: string;
  /** The key id of the token that was used. */
  readonly keyId: string;
  /** `create`, `replace`, `patch`, `delete`, `read`, `list`, `search`, `bulk`, or another method in lower case. */
  readonly operation: string;
  /** The resource type, e.g. `User`; undefined when the path has none. */
  readonly type?: string | undefined;
  /** The id of the resource, if the request or its answer names one. */
  readonly id?: string | undefined;
  /** The userName or displayName of the resource; for a refused request, the requested one. */
  readonly name?: string | undefined;
  /** Only if it changed. */
  readonly previousName?: string | undefined;
  /** Both names in normalized form, where that differs. */
  readonly keys?: readonly string[] | undefined;
  /** Only without a type: the path after the Tenant URL. */
  readonly path?: string | undefined;
  /** The HTTP status. */
  readonly status: number;
  /** Of a refusal, if it has one (RFC 7644 §3.12). */
  readonly scimType?: string | undefined;
  /** Why it was refused, without values of the request. */
  readonly detail?: string | undefined;
  /** The names of the attributes that changed, as many as fit. */
  readonly attributes?: readonly string[] | undefined;
  /** How many more changed. */
  readonly moreAttributes?: number | undefined;
  /** The ids of other groups with the name that a group was given: a client that matches by name then finds several. */
  readonly sameName?: Names | undefined;
  /** The URNs of undeclared extensions of which something was stored or changed. */
  readonly undeclared?: Names | undefined;
  /** What the client sent and was left out: unknown attributes, and of undeclared extensions what does not fit. */
  readonly leftOut?: Names | undefined;
  /** The members added to a group. */
  readonly added?: Ids | undefined;
  /** The members removed from a group. */
  readonly removed?: Ids | undefined;
}

/** What one write unit (1,024 bytes) leaves for the entry beside the keys, the request id and the time to live. */
const MAX_ENTRY_BYTES = 840;

/** How many ids of a list are kept. */
const MAX_IDS = 3;

/** What the names of each list take: `displyName` must be there, and a hundred others need not. */
const MAX_NAMES_BYTES = 150;
/** What a list takes beside its names. */
const LIST_BYTES = 45;

type Body = Omit<LogEntry, 'at' | 'requestId'>;

/**
 * `body` with texts and id lists truncated to fixed lengths, the first names of what was left out and of undeclared
 * extensions, and as many attributes as then fit.
 */
export const withinOneUnit = ({ attributes = [], sameName, undeclared, leftOut, ...body }: Body): Body => {
  const short = shorten(body);
  // The JSON is never shorter than the item in the table.
  let bytes = Buffer.byteLength(JSON.stringify(short));
  const take = (list: Names | undefined): Names | undefined => {
    const fitting = list && firstNames(list, Math.min(MAX_NAMES_BYTES, MAX_ENTRY_BYTES - bytes - LIST_BYTES));
    if (fitting) bytes += LIST_BYTES + Buffer.byteLength(JSON.stringify(fitting.names));
    return fitting;
  };
  const lists = { sameName: take(sameName), leftOut: take(leftOut), undeclared: take(undeclared) };
  const fitting = attributes.filter((name) => {
    bytes += Buffer.byteLength(name) + 3;
    return bytes <= MAX_ENTRY_BYTES;
  });
  const more = attributes.length - fitting.length;
  return {
    ...short,
    ...(lists.sameName && { sameName: lists.sameName }),
    ...(lists.undeclared && { undeclared: lists.undeclared }),
    ...(lists.leftOut && { leftOut: lists.leftOut }),
    ...(fitting.length > 0 && { attributes: fitting }),
    ...(more > 0 && { moreAttributes: more }),
  };
};

/** A name truncated as entries store it. */
export const shortName = (name: string): string => cut(name, 80);

const shorten = ({
  operation,
  type,
  id,
  name,
  previousName,
  keys,
  path,
  detail,
  added,
  removed,
  ...rest
}: Body) => ({
  ...rest,
  operation: cut(operation, 20),
  ...(type !== undefined && { type: cut(type, 40) }),
  ...(id !== undefined && { id: cut(id, 40) }),
  ...(name !== undefined && { name: shortName(name) }),
  ...(previousName !== undefined && { previousName: shortName(previousName) }),
  ...(keys !== undefined && { keys: keys.map(shortName) }),
  ...(path !== undefined && { path: cut(path, 100) }),
  ...(detail !== undefined && { detail: cut(detail, 250) }),
  ...(added && { added: firstOf(added) }),
  ...(removed && { removed: firstOf(removed) }),
});

const firstOf = ({ count, ids }: Ids): Ids => ({
  count,
  ids: ids.slice(0, MAX_IDS).map((id) => cut(id, 40)),
});

/** As many names as fit, the first one cut if need be. */
const firstNames = ({ count, names }: Names, maxBytes: number): Names => {
  const [first, ...others] = names;
  let bytes = 0;
  const shown = [...(first === undefined ? [] : [cut(first, maxBytes - 10)]), ...others];
  const fitting = shown.filter((name) => {
    bytes += Buffer.byteLength(JSON.stringify(name)) + 1;
    return bytes <= maxBytes;
  });
  return { count, names: fitting };
};

const cut = (text: string, bytes: number): string => {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  if (bytes <= 0) return '…';
  // A character cut in half is decoded as U+FFFD.
  return `${encoded
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
};
