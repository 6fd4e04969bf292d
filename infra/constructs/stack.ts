import { Fn, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../stages.ts';

/** What every stack gets beside what it takes from others. */
export interface StageProps {
  readonly settings: Settings;
}

/**
 * A stack that is called `omoios-<stage>-<part>`. Its zones are the region's first ones, asked for at the deploy: the
 * CDK would look them up at synth, which needs credentials.
 */
export class PartStack extends Stack {
  constructor(scope: Construct, part: string, { settings, ...props }: StageProps & StackProps) {
    const { stage, region } = settings;
    super(scope, part, {
      ...props,
      stackName: `omoios-${stage.name}-${part}`,
      // A stack of prod is deleted only after somebody said so in a call of its own.
      terminationProtection: stage.keepsData,
      ...(region === undefined ? {} : { env: { region } }),
    });
    Tags.of(this).add('app', 'omoios');
    Tags.of(this).add('stage', stage.name);
  }

  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
