// DynamoDB's limits for sort keys, in the table and its indexes: 1 to 1,024 bytes.

const MAX_SORT_KEY_BYTES = 1024;

/** Whether `text` can be a sort key. One that cannot was never written, so a lookup needs no read. */
export const canBeSortKey = (text: string): boolean =>
  text !== '' && Buffer.byteLength(text) <= MAX_SORT_KEY_BYTES;
