// The API keys of a local run and the usage plans they belong to; with a file, they outlive the run as the tenants do.

import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** An API key and the usage plans that it is in. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** What the authorizer returns as `usageIdentifierKey`. */
  readonly value: string;
  readonly planIds: readonly string[];
}

/** The store of a run; every change is written to the file before the call returns. */
export interface ApiKeys {
  /** Undefined when a key with this value already exists. */
  readonly create: (name: string, value: string) => ApiKey | undefined;
  readonly find: (id: string) => ApiKey | undefined;
  /** The keys whose names start with the prefix. */
  readonly list: (namePrefix: string) => readonly ApiKey[];
  /** False when there is no such key. */
  readonly remove: (id: string) => boolean;
  /** The keys of the plan whose names start with the prefix. */
  readonly listPlan: (planId: string, namePrefix: string) => readonly ApiKey[];
  /** False when the key is in the plan already. */
  readonly join: (key: ApiKey, planId: string) => boolean;
  /** The plans of the key with this value. */
  readonly plansOf: (value: string) => readonly string[];
}

/** Opens the store; without `file` (a path), keys are in memory only. */
export const openApiKeys = (file?: string): ApiKeys => {
  const keys = new Map<string, ApiKey>((file ? readKeys(file) : []).map((key) => [key.id, key]));
  const byValue = (value: string) => [...keys.values()].find((key) => key.value === value);
  const save = () => {
    if (file) writeFileSync(file, JSON.stringify([...keys.values()]), { mode: 0o600 });
  };
  const put = (key: ApiKey): ApiKey => {
    keys.set(key.id, key);
    save();
    return key;
  };
  const list: ApiKeys['list'] = (namePrefix) =>
    [...keys.values()].filter(({ name }) => name.startsWith(namePrefix));
  return {
    create: (name, value) =>
      byValue(value) ? undefined : put({ id: randomBytes(5).toString('hex'), name, value, planIds: [] }),
    find: (id) => keys.get(id),
    list,
    listPlan: (planId, namePrefix) => list(namePrefix).filter(({ planIds }) => planIds.includes(planId)),
    remove: (id) => {
      const removed = keys.delete(id);
      save();
      return removed;
    },
    join: (key, planId) => {
      if (key.planIds.includes(planId)) return false;
      put({ ...key, planIds: [...key.planIds, planId] });
      return true;
    },
    plansOf: (value) => byValue(value)?.planIds ?? [],
  };
};

const readKeys = (file: string): ApiKey[] => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};
