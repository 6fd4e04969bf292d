/** The live updates: a WebSocket API, on which only the platform speaks. */
import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import type { OmoiFunction } from './function.ts';

interface SocketsProps {
  readonly stage: Stage;
}

const stageName = 'live';

/** Live updates: people connect with their token, and what they send is not listened to. */
export class Sockets extends Construct {
  readonly api: apigateway.WebSocketApi;
  readonly host: string;
  /** As a browser opens it. */
  readonly url: string;
  /** As the platform sends by it. */
  readonly management: string;
  readonly #connections: string;

  constructor(scope: Construct, id: string, { stage }: SocketsProps) {
    super(scope, id);
    this.api = new apigateway.WebSocketApi(this, 'Api', {
      apiName: `omoios-${stage.name}-live`,
      description: 'OmoiOS: live updates',
      ipAddressType: apigateway.IpAddressType.DUAL_STACK,
    });
    const made = new apigateway.WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
    });
    const { region, urlSuffix, account, partition } = Stack.of(this);
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `wss://${this.host}/${stageName}`;
    this.management = `https://${this.host}/${stageName}`;
    this.#connections = `arn:${partition}:execute-api:${region}:${account}:${this.api.apiId}/${stageName}/POST/@connections/*`;
    acknowledge(made, {
      'AwsSolutions-APIG1':
        'The function that is asked at each connection logs who came; messages only go out.',
    });
  }

  /** Who is asked when somebody comes, and told when they leave. */
  greetedBy(handler: lambda.IFunction): void {
    const route = (key: string) =>
      this.api.addRoute(key, {
        integration: new integrations.WebSocketLambdaIntegration(key.slice(1), handler),
      });
    route('$connect');
    route('$disconnect');
    acknowledge(this.api, {
      'AwsSolutions-APIG4':
        'The function checks the token at $connect; a browser cannot send it as a header.',
    });
  }

  /** Lets a function send to whoever is connected. */
  letsSend<E extends object>(sender: OmoiFunction<E>): OmoiFunction<E> {
    acknowledge(sender.role, {
      'AwsSolutions-IAM5': 'Connections are named when somebody comes: the wildcard stands for that name.',
    });
    return sender.allow([this.#connections], 'execute-api:ManageConnections');
  }
}
