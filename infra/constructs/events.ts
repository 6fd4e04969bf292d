/**
 * The bus that committed events go to, its archive, and who reads them. The rules are made from the catalogue's
 * consumers: an event that gets another reader there is delivered to it by the next deploy.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Consumer, catalogue, consumersOf, type EventType } from '#core/events/catalogue.ts';
import type { Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

/** `source` of every event of ours, as the adapter writes it. */
export const source = 'omoios';

/** Bytes of a rule's pattern that EventBridge takes. */
const patternBytes = 2048;

interface EventsProps {
  readonly settings: Settings;
}

/** The bus, with what passed over it kept for a replay. */
export class Bus extends Construct {
  readonly bus: events.EventBus;

  constructor(scope: Construct, id: string, { settings }: EventsProps) {
    super(scope, id);
    const { stage } = settings;
    this.bus = new events.EventBus(this, 'Bus', { eventBusName: `omoios-${stage.name}` });
    if (settings.emulated) return;
    this.bus.archive('Archive', {
      archiveName: `omoios-${stage.name}`,
      eventPattern: { source: [source] },
      retention: Duration.days(stage.logDays),
    });
  }
}

interface ReaderProps {
  readonly bus: events.IEventBus;
  readonly consumers: readonly Consumer[];
  readonly target: lambda.IFunction;
}

/** A function that gets every event of some consumers, once; what it cannot take waits in a dead-letter queue. */
export class Reader extends Construct {
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { bus, consumers, target }: ReaderProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', false);
    for (const [index, detailType] of patternsFor(eventTypesOf(consumers)).entries())
      new events.Rule(this, `Rule${index}`, {
        eventBus: bus,
        description: `Events of ${consumers.join(', ')}, part ${index + 1}`,
        eventPattern: { source: [source], detailType },
        targets: [
          new targets.LambdaFunction(target, {
            deadLetterQueue: this.deadLetters,
            // A day: longer than any repair takes, and the outbox's sweep sends what is older again.
            maxEventAge: Duration.hours(24),
            retryAttempts: 185,
          }),
        ],
      });
  }
}

/** A queue for what could not be delivered, kept for as long as SQS keeps anything. */
export function deadLetterQueue(scope: Construct, id: string, fifo: boolean): sqs.Queue {
  const queue = new sqs.Queue(scope, id, {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.DESTROY,
    ...(fifo ? { fifo } : {}),
  });
  acknowledge(queue, { 'AwsSolutions-SQS3': 'This is the dead-letter queue.' });
  return queue;
}

const isType = (type: string): type is EventType => Object.hasOwn(catalogue, type);

/** Every event that at least one of the consumers reads. */
export function eventTypesOf(consumers: readonly Consumer[]): EventType[] {
  return Object.keys(catalogue)
    .filter(isType)
    .filter((type) => consumersOf(type).some((consumer) => consumers.includes(consumer)));
}

/** The types in as few rules as their patterns' size allows; each type is in exactly one. */
export function patternsFor(types: readonly string[]): string[][] {
  const bytesOf = (detailType: readonly string[]) =>
    Buffer.byteLength(JSON.stringify({ source: [source], 'detail-type': detailType }));
  const rules: string[][] = [];
  for (const type of types) {
    const last = rules.at(-1);
    if (last && bytesOf([...last, type]) <= patternBytes) last.push(type);
    else rules.push([type]);
  }
  return rules;
}
