// Calls to AWS by what they are about, so that the k-th of a request is the same one in every trial of it.

import type { DynamoDBCall } from '../../reports/support/dynamodb-proxy.ts';

type Attribute = { readonly S?: string };
type Keyed = Readonly<Record<string, Attribute | undefined>>;

interface Input {
  readonly Key?: Keyed;
  readonly Item?: Keyed;
  readonly IndexName?: string;
  readonly ExpressionAttributeValues?: Keyed;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { Key?: Keyed; Item?: Keyed }>>[];
  readonly SecretId?: string;
  readonly VersionStage?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `T#acme.t1a2b3#MEMBER#7d42…` / `…`: `MEMBER`. */
const kindOf = (keyed: Keyed | undefined): string => {
  const pk = keyed?.PK?.S ?? '';
  const [first, , ...rest] = pk.split('#');
  if (first !== 'T') return `${pk}/${keyed?.SK?.S ?? ''}`;
  return rest.filter((part) => !UUID.test(part)).join('#');
};

const kindsOf = (keys: readonly (Keyed | undefined)[]): string => [...new Set(keys.map(kindOf))].join('+');

const batchKeys = (items: Readonly<Record<string, unknown>>): (Keyed | undefined)[] =>
  Object.values(items).flatMap((table) =>
    Array.isArray(table)
      ? table.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key)
      : (table as { Keys: Keyed[] }).Keys,
  );

const subjectOf = (input: Input): string => {
  if (input.SecretId !== undefined) {
    const [, folder] = /(\/token)$/.exec(input.SecretId) ?? [];
    return folder ? 'token' : `deployment ${input.VersionStage ?? ''}`;
  }
  if (input.TransactItems) {
    return kindsOf(
      input.TransactItems.flatMap((item) => Object.values(item).map(({ Key, Item }) => Key ?? Item)),
    );
  }
  if (input.RequestItems) return kindsOf(batchKeys(input.RequestItems));
  const queried = input.ExpressionAttributeValues?.[':pk'];
  const kind = kindOf(input.Key ?? input.Item ?? (queried && { PK: queried }));
  return input.IndexName === undefined ? kind : `${kind} ${input.IndexName}`;
};

/** `Query MEMBER`, `TransactWriteItems USER+CLAIM#USER`, `GetSecretValue token`. */
export const labelOf = ({ operation, text }: DynamoDBCall): string =>
  `${operation} ${subjectOf(JSON.parse(text) as Input)}`;

/** A call of a request: the `nth` (from 1) with this label, all attempts of the SDK at it together. */
export interface CallPlace {
  readonly label: string;
  readonly nth: number;
}

export const placeName = ({ label, nth }: CallPlace): string => (nth === 1 ? label : `${label} (${nth})`);

/** Numbers calls as they come. */
export class CallCounter {
  readonly #byInvocation = new Map<string, CallPlace>();
  readonly #counts = new Map<string, number>();

  /** In the order of their first attempts. */
  get places(): readonly CallPlace[] {
    return [...this.#byInvocation.values()];
  }

  placeOf(call: DynamoDBCall): CallPlace {
    const known = this.#byInvocation.get(call.invocation);
    if (known) return known;
    const label = labelOf(call);
    const nth = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, nth);
    const place = { label, nth };
    this.#byInvocation.set(call.invocation, place);
    return place;
  }
}

const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/;

export const isWriteLabel = (label: string): boolean => WRITES.test(label);

/** Writes that no answer needs: a page mark, an entry of the log, a note of use, the place of a costly request, a lease's end. */
export const isDispensable = (label: string): boolean =>
  /^(?:PutItem PAGE#|PutItem LOG|BatchWriteItem LOG|UpdateItem ACTIVITY|UpdateItem WORK|DeleteItem LEASE)/.test(
    label,
  );
