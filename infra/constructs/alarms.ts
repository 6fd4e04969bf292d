/** Alarms that name the section of the runbook to open, and the topic that they are told to. */
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Sections of docs/runbook.md, by the anchor that GitHub gives them. A test holds them to the file. */
export type RunbookSection =
  | 'dead-letters'
  | 'functions-fail'
  | 'the-api-fails'
  | 'sandboxes-cannot-reach-the-gateway'
  | 'executions-fail'
  | 'webhooks-are-not-heard'
  | 'the-database-is-at-its-limit';

interface AlarmProps {
  readonly metric: cloudwatch.IMetric;
  /** What is wrong, as a sentence. */
  readonly says: string;
  readonly section: RunbookSection;
  /** More than this in a period. @default 0 */
  readonly above?: number;
  /** Periods in a row. @default 1 */
  readonly periods?: number;
}

/** Where alarms go. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly all: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, { email }: { readonly email: string | undefined }) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true, displayName: 'OmoiOS alarms' });
    if (email !== undefined) this.topic.addSubscription(new subscriptions.EmailSubscription(email));
    acknowledge(this.topic, {
      'AwsSolutions-SNS2':
        'CloudWatch can publish to an encrypted topic only with a key of our own, for a dollar a month; an alarm names a section of the runbook and no data.',
    });
  }

  /** Nothing that is missing is wrong: an idle stack has no data. */
  add(id: string, { metric, says, section, above = 0, periods = 1 }: AlarmProps): this {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      alarmDescription: `${says} docs/runbook.md#${section}`,
      threshold: above,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.topic));
    this.all.push(alarm);
    return this;
  }
}

/** Five minutes: metrics of SQS and Lambda come every minute, and no alarm of ours is worth waking anyone earlier. */
export const period = Duration.minutes(5);
