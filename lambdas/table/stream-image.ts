// Unmarshalls the images in stream records.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import type { TableItem } from './read.ts';

/** The item in an old or new image; undefined when the record has none. Throws for invalid DynamoDB JSON. */
export const readImage = (image: StreamRecord['NewImage']): TableItem | undefined =>
  image && unmarshall(image as Record<string, AttributeValue>);
