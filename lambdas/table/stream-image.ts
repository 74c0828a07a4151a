// An item as a record of the table's stream carries it, before or after the change.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import type { TableItem } from './read.ts';

/** The item of an image; undefined where the record has no such image. Throws for one that is not in DynamoDB's JSON. */
export const readImage = (image: StreamRecord['NewImage']): TableItem | undefined =>
  image && unmarshall(image as Record<string, AttributeValue>);
