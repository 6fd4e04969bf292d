import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge.ts';
import type { SignIn } from '../constructs/sign-in.ts';
import type { Site } from '../constructs/site.ts';
import type { Sockets } from '../constructs/sockets.ts';
import { PartStack, type StageProps } from '../constructs/stack.ts';

export interface ConsoleProps extends StageProps {
  readonly site: Site;
  readonly signIn: SignIn;
  readonly sockets: Sockets;
  /** The folder of the built console. */
  readonly files: string;
}

/** The console's files, and `config.json`, which tells the same build where this deployment's doors are. */
export class ConsoleStack extends PartStack {
  constructor(scope: Construct, { site, signIn, sockets, files, ...props }: ConsoleProps) {
    super(scope, 'console', { ...props, description: 'OmoiOS: the console' });
    const config = {
      liveUrl: sockets.url,
      signIn: { url: signIn.domain, clientId: signIn.clientId },
    };
    const destinationBucket = site.bucket;
    const { distribution } = site;
    // Names of assets carry a hash of their content: they never change, and old ones serve pages that are still open.
    new deployment.BucketDeployment(this, 'Assets', {
      destinationBucket,
      sources: [deployment.Source.asset(files, { exclude: ['*', '!assets', '!assets/**'] })],
      prune: false,
      cacheControl: [deployment.CacheControl.fromString('public, max-age=31536000, immutable')],
    });
    new deployment.BucketDeployment(this, 'Pages', {
      destinationBucket,
      sources: [
        deployment.Source.asset(files, { exclude: ['assets', 'assets/**'] }),
        deployment.Source.jsonData('config.json', config),
      ],
      prune: false,
      cacheControl: [deployment.CacheControl.noCache()],
      distribution,
      distributionPaths: ['/*'],
    });
    acknowledge(this, findings);
  }
}

const findings = {
  'AwsSolutions-IAM4': 'The CDK brings the function that copies files; it runs during a deploy only.',
  'AwsSolutions-IAM5': 'The CDK brings the function that copies files; it runs during a deploy only.',
  'AwsSolutions-L1':
    'The CDK brings the function that copies files, with the runtime that it was tested with.',
};
