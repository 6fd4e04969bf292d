/** Alarms and the dashboard. Nothing in here looks at the database itself: metrics come from AWS. */
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { Alarms, period } from '../constructs/alarms.ts';
import type { OmoiFunction } from '../constructs/function.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';
import type { ApiStack } from './api.ts';
import type { DataStack } from './data.ts';
import type { WorkflowStack } from './workflow.ts';

export interface ObservabilityProps extends StageProps {
  readonly data: DataStack;
  readonly workflow: WorkflowStack;
  readonly api: ApiStack;
}

/** What goes wrong is told; how it goes is shown on one dashboard. */
export class ObservabilityStack extends PartStack {
  readonly alarms: Alarms;

  constructor(scope: Construct, { data, workflow, api, ...props }: ObservabilityProps) {
    super(scope, 'observability', { ...props, description: 'OmoiOS: alarms and a dashboard' });
    const { stage, alarmEmail } = props.settings;
    this.alarms = new Alarms(this, 'Alarms', { email: alarmEmail });
    this.watchDeadLetters(workflow, api);
    this.watchWebhooks(api);
    this.watchDoors(workflow, api);
    this.watchWork(workflow, data);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `omoios-${stage.name}`,
      widgets: [
        [graph('Executions', executions(workflow)), graph('Doorbells waiting', [waiting(workflow)])],
        [
          graph('Errors', [...workflow.functions, ...api.functions].map(labelled)),
          graph('Slowest tenth', [...workflow.functions, ...api.functions].map(slowest)),
        ],
        [graph('Database units', capacity(data)), graph('API answers 5xx', [apiFailures(api)])],
      ],
    });
  }

  private watchDeadLetters(workflow: WorkflowStack, api: ApiStack): void {
    const queues = {
      Doorbells: workflow.wakeups.deadLetters,
      Relay: workflow.doorbells.deadLetters,
      Broadcast: api.live.deadLetters,
    };
    for (const [name, queue] of Object.entries(queues))
      this.alarms.add(`DeadLetters${name}`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        says: `Something could not be delivered (${name.toLowerCase()}).`,
        section: 'dead-letters',
      });
  }

  private watchWebhooks({ deliveries, webhooks }: ApiStack): void {
    const section = 'webhooks-are-not-heard';
    this.alarms.add('DeadLettersDeliveries', {
      metric: deliveries.deadLetters.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: 'Maximum',
      }),
      says: 'A webhook of GitHub could not be worked on.',
      section,
    });
    this.alarms.add('WebhooksFail', {
      metric: errors(webhooks),
      says: 'Webhooks of GitHub are not taken.',
      section,
      // GitHub tries nothing again by itself, and a person can; one failure may be a start that took too long.
      above: 3,
    });
  }

  private watchDoors(workflow: WorkflowStack, api: ApiStack): void {
    this.alarms.add('ApiFails', {
      metric: apiFailures(api),
      says: 'The public API answers with 5xx.',
      section: 'the-api-fails',
      // While Aurora wakes, people get 503: that is no failure before it lasts.
      above: 5,
      periods: 2,
    });
    this.alarms.add('GatewayFails', {
      metric: workflow.gateway.api.metricServerError({ period }),
      says: 'Sandboxes get 5xx from the gateway.',
      section: 'sandboxes-cannot-reach-the-gateway',
      above: 5,
      periods: 2,
    });
  }

  private watchWork(workflow: WorkflowStack, data: DataStack): void {
    for (const one of workflow.functions.filter(({ node }) =>
      ['Steps', 'Effects', 'Forge', 'Reconcile'].includes(node.id),
    ))
      this.alarms.add(`${one.node.id}Fail`, {
        metric: errors(one),
        says: `${one.node.id} fails again and again.`,
        section: 'functions-fail',
        // Each failure is tried again; ten in five minutes are not passing.
        above: 10,
      });
    const ticket = workflow.machines.machines.get('ticket');
    if (ticket)
      this.alarms.add('TicketsFail', {
        metric: ticket.metricFailed({ period }),
        says: 'A ticket failed.',
        section: 'executions-fail',
      });
    const [used] = capacity(data);
    if (used)
      this.alarms.add('DatabaseFull', {
        metric: used,
        says: 'The database is as large as it may grow.',
        section: 'the-database-is-at-its-limit',
        above: this.fullAt(data),
        periods: 6,
      });
  }

  /** Nine tenths of the units that it may have. */
  private fullAt(data: DataStack): number {
    return data.settings.stage.maxCapacity * 0.9;
  }
}

const errors = (one: OmoiFunction<object>) => one.lambda.metricErrors({ period });
const labelled = (one: OmoiFunction<object>) => errors(one).with({ label: one.node.id });
const slowest = (one: OmoiFunction<object>) =>
  one.lambda.metricDuration({ period, statistic: 'p90', label: one.node.id });

const waiting = ({ wakeups }: WorkflowStack) =>
  wakeups.queue.metricApproximateAgeOfOldestMessage({ period, label: 'age of the oldest' });

const executions = ({ machines }: WorkflowStack) =>
  [...machines.machines].flatMap(([name, machine]) => [
    machine.metricStarted({ period, label: `${name} started` }),
    machine.metricFailed({ period, label: `${name} failed` }),
  ]);

const apiFailures = ({ http }: ApiStack) => http.api.metricServerError({ period, statistic: 'Sum' });

const capacity = ({ database }: DataStack) =>
  database ? [database.cluster.metricServerlessDatabaseCapacity({ period, statistic: 'Maximum' })] : [];

const graph = (title: string, left: cloudwatch.IMetric[]) =>
  new cloudwatch.GraphWidget({ title, left, width: 12, height: 6 });
