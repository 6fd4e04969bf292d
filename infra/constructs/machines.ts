/** The state machines, from their ASL files: a deploy only says which functions and machines the names in them mean. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

/** A machine's file names a function or machine that the stack does not have. */
export class UnknownSubstitution extends Error {
  override readonly name = 'UnknownSubstitution';
}

interface MachinesProps {
  readonly settings: Settings;
  /** The folder of the `*.asl.json` files. */
  readonly folder: string;
  /** What a Task state may invoke, by its name in the files. */
  readonly functions: Readonly<Record<string, lambda.IFunction>>;
}

/** One Standard state machine a file. */
export class Machines extends Construct {
  readonly names: readonly string[];
  readonly machines: ReadonlyMap<string, sfn.StateMachine>;

  constructor(scope: Construct, id: string, { settings, folder, functions }: MachinesProps) {
    super(scope, id);
    this.names = readdirSync(folder).flatMap((file) => /^(\w+)\.asl\.json$/.exec(file)?.[1] ?? []);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      // Step Functions takes groups of this prefix without a policy that grows with each machine.
      logGroupName: `/aws/vendedlogs/states/omoios-${settings.stage.name}`,
      retention: settings.stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const made = this.names.map((name) => {
      const definition = readFileSync(join(folder, `${name}.asl.json`), 'utf8');
      return [name, this.machine(name, definition, { settings, functions, logGroup })] as const;
    });
    this.machines = new Map(made);
  }

  private machine(
    name: string,
    definition: string,
    { settings, functions, logGroup }: Omit<MachinesProps, 'folder'> & { readonly logGroup: logs.ILogGroup },
  ): sfn.StateMachine {
    const used = [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].flatMap(([, one]) => one ?? []))];
    const substitutions = used.map((one) => [one, this.meaning(name, one, functions)] as const);
    const role = new iam.Role(this, `${name}Role`, {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com'),
    });
    for (const one of used) {
      const target = functions[one];
      if (target) invokes(role, target);
      else startsAndWaits(role, machineArn(this, one, 'stateMachine'), machineArn(this, one, 'execution'));
    }
    const machine = new sfn.StateMachine(this, name, {
      stateMachineName: machineName(this, name),
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(definition),
      definitionSubstitutions: Object.fromEntries(substitutions),
      role,
      // Data stays out of the log: what a state was given may be somebody's ticket.
      logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: settings.tracing,
    });
    acknowledge(role, stateMachineFindings);
    if (!settings.tracing)
      acknowledge(machine, { 'AwsSolutions-SF2': 'Tracing was switched off by context.' });
    return machine;
  }

  private meaning(machine: string, name: string, functions: MachinesProps['functions']): string {
    const target = functions[name];
    if (target) return target.functionArn;
    if (this.names.includes(name)) return machineArn(this, name, 'stateMachine');
    throw new UnknownSubstitution(`statemachines/${machine}.asl.json names \${${name}}, which is neither.`);
  }
}

/** Machines are named after their stack: they start each other, and themselves are what functions start. */
const machineName = (scope: Construct, machine: string) =>
  Stack.of(scope).stackName.replace(/[^-]+$/, machine);

/** A machine, or any of its executions, which are named when they are started. */
export function machineArn(scope: Construct, machine: string, what: 'stateMachine' | 'execution'): string {
  const name = machineName(scope, machine);
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: what,
    resourceName: what === 'execution' ? `${name}:*` : name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function invokes(role: iam.Role, target: lambda.IFunction): void {
  role.addToPolicy(
    new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
  );
}

/** What `startExecution.sync:2` needs; a definition from a file gets none of it from the CDK. */
function startsAndWaits(role: iam.Role, machine: string, executions: string): void {
  const { partition, region, account } = Stack.of(role);
  const rule = `arn:${partition}:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;
  for (const [actions, resource] of [
    [['states:StartExecution'], machine],
    [['states:DescribeExecution', 'states:StopExecution'], executions],
    [['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], rule],
  ] as const)
    role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [resource] }));
}

const stateMachineFindings = {
  'AwsSolutions-IAM5':
    'Log delivery and X-Ray take no resource, and executions are named when they are started: there the wildcard stands for the names of one machine.',
};
