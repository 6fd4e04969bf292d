import { Duration } from 'aws-cdk-lib';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './events.ts';
import type { OmoiFunction } from './function.ts';

interface InboxProps {
  /** The longest that one batch may take. */
  readonly timeout: Duration;
  /** Groups that are read at once; more wait their turn. */
  readonly readers: number;
  /** Of one message. @default 256 KB */
  readonly maxBytes?: number;
}

/**
 * A FIFO queue that one function reads: what belongs together (a ticket's doorbells, a repository's deliveries) keeps its
 * order and does not wait for others. The sender names a deduplication id, so a second message is never swallowed.
 */
export class Inbox extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  readonly #readers: number;

  constructor(scope: Construct, id: string, { timeout, readers, maxBytes }: InboxProps) {
    super(scope, id);
    this.#readers = readers;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', true);
    this.queue = new sqs.Queue(this, 'Queue', {
      fifo: true,
      contentBasedDeduplication: false,
      // Groups are throttled one by one, so that a busy ticket does not slow the others.
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times what the reader may take, as Lambda asks for, so that no message comes twice while it is read. That long
      // waits only what a reader took with it that died; what failed is brought back sooner (adapters/sqs/inbox.ts).
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      retentionPeriod: Duration.days(4),
      // Twenty tries at up to five minutes are over an hour: long enough for a database that wakes or is updated.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 20 },
      ...(maxBytes === undefined ? {} : { maxMessageSizeBytes: maxBytes }),
    });
  }

  /** The one who reads; messages that it could not take come back alone. */
  readBy(reader: OmoiFunction<object>): void {
    reader.lambda.addEventSource(
      new sources.SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: this.#readers,
      }),
    );
  }
}
