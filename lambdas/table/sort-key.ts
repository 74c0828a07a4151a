// What DynamoDB takes as a sort key, in the table and in its indexes: 1 to 1,024 bytes.

const MAX_SORT_KEY_BYTES = 1024;

/** Whether `text` can be a sort key at all. What cannot be one was never written, so looking it up needs no read. */
export const canBeSortKey = (text: string): boolean =>
  text !== '' && Buffer.byteLength(text) <= MAX_SORT_KEY_BYTES;
