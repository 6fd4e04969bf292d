/** Who signs in, and where: a Cognito pool with its own pages, and the console as its one client. */
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

interface SignInProps {
  readonly stage: Stage;
  /** Where people come back to, with a slash at the end. */
  readonly consoleUrl: string;
}

/**
 * Who may sign in: people that an admin invites, on Cognito's own pages. The console is a public client: code and PKCE,
 * no secret.
 */
export class SignIn extends Construct {
  /** The first label of the pages' host: unique in a region, over all accounts. */
  static prefix({ name }: Stage): string {
    return `omoios-${name}-${Aws.ACCOUNT_ID}`;
  }

  readonly poolId: string;
  readonly clientId: string;
  readonly domain: string;

  constructor(scope: Construct, id: string, { stage, consoleUrl }: SignInProps) {
    super(scope, id);
    const pool = new cognito.UserPool(this, 'People', {
      userPoolName: `omoios-${stage.name}`,
      featurePlan: cognito.FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      mfa: stage.keepsData ? cognito.Mfa.REQUIRED : cognito.Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      deletionProtection: stage.keepsData,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const domain = pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix: SignIn.prefix(stage) },
    });
    const client = pool.addClient('Console', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      authFlows: {},
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
        callbackUrls: [consoleUrl],
        logoutUrls: [consoleUrl],
      },
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      // A working day; then people sign in again.
      refreshTokenValidity: Duration.hours(12),
      enableTokenRevocation: true,
    });
    this.poolId = pool.userPoolId;
    this.clientId = client.userPoolClientId;
    this.domain = domain.baseUrl();
    acknowledge(pool, {
      'AwsSolutions-COG2': 'A second factor is required in prod; a dev stage lets people try without one.',
      'AwsSolutions-COG3':
        'Threat protection is part of a plan that is paid by the user; people are invited one by one.',
      'AwsSolutions-COG8':
        'The plan with threat protection is paid by the user; people are invited one by one.',
    });
  }
}
