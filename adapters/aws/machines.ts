import type { MachineArns } from '#adapters/stepfunctions/workflow.ts';

/** The state machines' ARNs from a function's environment. */
export function machineArns(env: {
  readonly TICKET_MACHINE_ARN: string;
  readonly PHASE_MACHINE_ARN: string;
  readonly TASK_MACHINE_ARN: string;
  readonly MONITOR_MACHINE_ARN: string;
}): MachineArns {
  return {
    ticket: env.TICKET_MACHINE_ARN,
    phase: env.PHASE_MACHINE_ARN,
    task: env.TASK_MACHINE_ARN,
    monitor: env.MONITOR_MACHINE_ARN,
  };
}
