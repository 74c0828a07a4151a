// Stands for @aws-sdk/lib-dynamodb in all tests: the same, but as strict as DynamoDB. Not in TypeScript, because it needs the
// library by its file: by its name it would be this file again.

const library = require('../../node_modules/@aws-sdk/lib-dynamodb/dist-cjs/index.js');
const { refuseLikeDynamoDB } = require('../../bin/local/table/strict-calls.ts');

refuseLikeDynamoDB(library.DynamoDBDocumentClient);
module.exports = library;
