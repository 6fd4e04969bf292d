/** The public API: an HTTP API whose every route but the webhooks asks the authorizer first. */
import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

interface HttpApiProps {
  readonly stage: Stage;
  /** A console elsewhere, which asks from its own origin. Undefined: the console has the same origin. */
  readonly origin: string | undefined;
}

/** The door; `serves` and `hears` say what is behind it. */
export class PublicApi extends Construct {
  readonly api: apigateway.HttpApi;
  readonly url: string;
  readonly host: string;

  constructor(scope: Construct, id: string, { stage, origin }: HttpApiProps) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'Api', {
      apiName: `omoios-${stage.name}`,
      description: 'OmoiOS: the public API',
      createDefaultStage: false,
      ipAddressType: apigateway.IpAddressType.DUAL_STACK,
      ...(origin === undefined ? {} : { corsPreflight: allow(origin) }),
    });
    const accessLog = new logs.LogGroup(this, 'Access', {
      logGroupName: `/omoios/${stage.name}/api-access`,
      retention: stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
      accessLogSettings: { destination: new apigateway.LogGroupLogDestination(accessLog) },
    });
    this.url = this.api.apiEndpoint;
    this.host = Fn.select(2, Fn.split('/', this.url));
  }

  /** People's and programs' requests, after the authorizer knows who asks. Its answer is kept for five minutes. */
  serves(handler: lambda.IFunction, authorizer: lambda.IFunction): void {
    const asked = new authorizers.HttpLambdaAuthorizer('People', authorizer, {
      authorizerName: 'people',
      responseTypes: [authorizers.HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: Duration.minutes(5),
    });
    this.api.addRoutes({
      path: '/v1/{proxy+}',
      // Without OPTIONS, which browsers ask before they show who they are.
      methods: [apigateway.HttpMethod.GET, apigateway.HttpMethod.POST, apigateway.HttpMethod.PATCH],
      integration: new integrations.HttpLambdaIntegration('Serve', handler),
      authorizer: asked,
    });
  }

  /** Deliveries of a forge, each of which carries its own proof (HMAC). */
  hears(path: string, handler: lambda.IFunction): void {
    const routes = this.api.addRoutes({
      path,
      methods: [apigateway.HttpMethod.POST],
      integration: new integrations.HttpLambdaIntegration('Hear', handler),
      authorizer: new apigateway.HttpNoneAuthorizer(),
    });
    for (const route of routes)
      acknowledge(route, {
        'AwsSolutions-APIG4': 'A forge shows no token: the function checks the signature of the raw body.',
      });
  }
}

function allow(origin: string): apigateway.CorsPreflightOptions {
  return {
    allowOrigins: [new URL(origin).origin],
    allowMethods: [
      apigateway.CorsHttpMethod.GET,
      apigateway.CorsHttpMethod.POST,
      apigateway.CorsHttpMethod.PATCH,
    ],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
    // An hour: browsers keep it no longer than two.
    maxAge: Duration.hours(1),
  };
}
