import { Duration } from 'aws-cdk-lib';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from './events.ts';
import type { OmoiFunction } from './function.ts';

interface WakeupsProps {
  /** The longest that one message may take. */
  readonly timeout: Duration;
}

/**
 * Doorbells: a FIFO queue with a group a ticket, so that one ticket's effects keep their order and do not wait for
 * another's. The sender names the event as the deduplication id, so a second doorbell is never swallowed.
 */
export class Wakeups extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { timeout }: WakeupsProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', true);
    this.queue = new sqs.Queue(this, 'Queue', {
      fifo: true,
      contentBasedDeduplication: false,
      // Groups are throttled one by one, so that a busy ticket does not slow the others.
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times what the reader may take, as Lambda asks for, so that no message comes twice while it is read.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      retentionPeriod: Duration.days(4),
      // Ten tries at six minutes are an hour: long enough for a database that wakes or is updated.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 10 },
    });
  }

  /** The one who answers the door; messages that it could not do come back alone. */
  answeredBy(reader: OmoiFunction<object>): void {
    reader.lambda.addEventSource(
      new sources.SqsEventSource(this.queue, {
        batchSize: 10,
        reportBatchItemFailures: true,
        // Sixteen tickets at once; more wait their turn for seconds.
        maxConcurrency: 16,
      }),
    );
  }
}
