/**
 * The one table: items by `pk` (the kind) and `sk` (which one). `expiresAt` (seconds) is the table's TTL attribute, and
 * is compared when reading: DynamoDB removes what expired days later.
 */
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';

/** What an item holds besides its key. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A condition on the item as it is; names begin with `#`, values with `:`. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The few things that we ask of the table. Instants are in seconds. */
export interface Table {
  get(pk: string, sk: string, now: number): Promise<Attributes | null>;
  /** False when the condition did not hold. */
  put(pk: string, sk: string, item: Attributes, condition?: Condition): Promise<boolean>;
  /** False when the condition did not hold. Harmless when there is no such item. */
  remove(pk: string, sk: string, condition?: Condition): Promise<boolean>;
  /** Every item of a kind that has not expired. */
  list(pk: string, now: number): Promise<(Attributes & { readonly sk: string })[]>;
}

/** The table by its name. */
export function openTable(client: DynamoDBClient, name: string): Table {
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const TableName = name;
  return {
    async get(pk, sk, now) {
      // Consistent: what was just written is what is asked for.
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item && lives(Item, now) ? Item : null;
    },
    put: (pk, sk, item, condition) =>
      held(
        documents.send(new PutCommand({ TableName, Item: { ...item, pk, sk }, ...conditionOf(condition) })),
      ),
    remove: (pk, sk, condition) =>
      held(documents.send(new DeleteCommand({ TableName, Key: { pk, sk }, ...conditionOf(condition) }))),
    async list(pk, now) {
      const found: (Attributes & { sk: string })[] = [];
      let start: Attributes | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
            ConsistentRead: true,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        for (const item of page.Items ?? []) {
          if (lives(item, now)) found.push({ ...item, sk: String(item.sk) });
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    },
  };
}

function lives(item: Attributes, now: number): boolean {
  return typeof item.expiresAt !== 'number' || item.expiresAt > now;
}

function conditionOf(condition: Condition | undefined) {
  if (!condition) return {};
  const { expression, names, values } = condition;
  return {
    ConditionExpression: expression,
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: { ...values } }),
  };
}

async function held(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** An instant of ours in the seconds that TTL counts in. */
export function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
