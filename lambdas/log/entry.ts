// An entry of the provisioning log, kept within one write unit: what is long is cut, and says so.

/** So many ids of a longer list. */
export interface Ids {
  readonly count: number;
  readonly ids: readonly string[];
}

export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId: string;
  /** Of the token that the request came with. */
  readonly keyId: string;
  /** `create`, `replace`, `patch`, `delete`, `read`, `list`, `search`, `bulk`, or another method in lower case. */
  readonly operation: string;
  /** Of the resource type, e.g. `User`; undefined when the path leads to none. */
  readonly type?: string | undefined;
  readonly id?: string | undefined;
  /** The value that names the resource; that of a refused request is the one that it asked for. */
  readonly name?: string | undefined;
  readonly previousName?: string | undefined;
  /** The two as they are compared, where they are written otherwise. */
  readonly keys?: readonly string[] | undefined;
  /** Where there is no type: the path behind the Tenant URL. */
  readonly path?: string | undefined;
  readonly status: number;
  readonly scimType?: string | undefined;
  readonly detail?: string | undefined;
  /** The attributes that changed, and how many more there were. */
  readonly attributes?: readonly string[] | undefined;
  readonly moreAttributes?: number | undefined;
  /** The members of a group that were put in and taken out. */
  readonly added?: Ids | undefined;
  readonly removed?: Ids | undefined;
}

/** What an item of one write unit (1,024 bytes) has room for beside its keys, the request id and the time of expiry. */
const MAX_BYTES = 840;

/** Those of a long list that are kept. */
const MAX_IDS = 3;

type Body = Omit<LogEntry, 'at' | 'requestId'>;

/** `body` with texts and lists of ids as long as there is always room for, and as many attributes as then fit. */
export const withinOneUnit = ({ attributes = [], ...body }: Body): Body => {
  const short = shorten(body);
  // As JSON it is never shorter than in the table.
  let bytes = Buffer.byteLength(JSON.stringify(short));
  const fitting = attributes.filter((name) => {
    bytes += Buffer.byteLength(name) + 3;
    return bytes <= MAX_BYTES;
  });
  const more = attributes.length - fitting.length;
  return {
    ...short,
    ...(fitting.length > 0 && { attributes: fitting }),
    ...(more > 0 && { moreAttributes: more }),
  };
};

/** A name as entries have it. */
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

const cut = (text: string, bytes: number): string => {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  // A character that was cut in two is decoded as U+FFFD.
  return `${encoded
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
};
