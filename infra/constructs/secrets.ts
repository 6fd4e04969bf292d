/**
 * What must stay secret. The stack makes the places; people put GitHub's and the model's credentials in (README), and
 * the console's health page says which is still empty.
 */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Settings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import { type FunctionPlatform, OmoiFunction } from './function.ts';

interface SecretsProps {
  readonly platform: FunctionPlatform;
}

/** A secret a reader: none of them is read by two functions that do not both need it. */
export class Secrets extends Construct {
  /** Signs run tokens; the steps of a rotation never need a person. */
  readonly tokenArn: string;
  readonly githubArn: string;
  /** Undefined where no model key exists: Bedrock is reached by the function's role. */
  readonly modelArn: string | undefined;
  readonly rotation: OmoiFunction<object>;

  constructor(scope: Construct, id: string, { platform }: SecretsProps) {
    super(scope, id);
    const { settings } = platform;
    const token = new secretsmanager.Secret(this, 'Token', {
      secretName: nameOf(settings, 'token'),
      description: 'OmoiOS: signs the tokens of runs',
      // 64 letters and digits: 380 bits, where 256 would do.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.tokenArn = this.arnOf(settings, 'token', token.secretArn);
    this.rotation = new OmoiFunction(this, 'Rotate', {
      platform,
      name: 'rotate',
      description: 'OmoiOS: gives the token secret a new value',
      environment: {},
      store: false,
    });
    this.rotation.allow(
      [this.tokenArn],
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    );
    // Random words belong to nobody: AWS takes no resource for them.
    this.rotation.allow(['*'], 'secretsmanager:GetRandomPassword');
    acknowledge(this.rotation.role, { 'AwsSolutions-IAM5': 'AWS takes no resource for random words.' });
    if (settings.emulated) acknowledge(token, { 'AwsSolutions-SMG4': 'An emulator lives for one trial.' });
    else
      token.addRotationSchedule('Rotation', {
        rotationLambda: this.rotation.lambda,
        automaticallyAfter: Duration.days(90),
        rotateImmediatelyOnUpdate: false,
      });
    this.githubArn = this.empty('Github', settings, 'github', 'the GitHub App or token');
    this.modelArn =
      settings.model.upstream === 'anthropic'
        ? this.empty('Model', settings, 'model', 'the key of the Messages API')
        : undefined;
  }

  /** Every secret that a person or the stack has to give a value. */
  get all(): string[] {
    return [this.tokenArn, this.githubArn, this.modelArn].filter((arn) => arn !== undefined);
  }

  /** A secret without a value, which reads as missing until somebody gives it one; never generated nonsense. */
  private empty(id: string, settings: Settings, name: string, what: string): string {
    const description = `OmoiOS: ${what}`;
    const secret = new secretsmanager.CfnSecret(this, id, { name: nameOf(settings, name), description });
    acknowledge(secret, {
      'AwsSolutions-SMG4':
        'It comes from outside: only who issued it can issue another one. The runbook says how.',
    });
    return this.arnOf(settings, name, secret.ref);
  }

  /** On AWS a reference is the ARN. The emulator's is the name: there the ARN is made from it, which is good to read by. */
  private arnOf(settings: Settings, name: string, ref: string): string {
    if (!settings.emulated) return ref;
    const resourceName = nameOf(settings, name);
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName,
      arnFormat,
    });
  }
}

const nameOf = ({ stage }: Settings, what: string) => `omoios/${stage.name}/${what}`;
