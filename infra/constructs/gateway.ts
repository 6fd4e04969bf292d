/** The sandboxes' door: a regional REST API, because only that kind streams an answer, for up to 15 minutes. */
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

interface GatewayProps {
  readonly stage: Stage;
  readonly handler: lambda.IFunction;
  readonly timeout: Duration;
  /** False on an emulator that knows only whole answers, in half a minute at most. */
  readonly streams: boolean;
}

/** Everything goes to one function, which checks the run token before anything else. */
export class Gateway extends Construct {
  readonly api: apigateway.RestApi;
  /** As a sandbox reaches it, without a slash at the end. */
  readonly url: string;
  readonly host: string;

  constructor(scope: Construct, id: string, { stage, handler, timeout, streams }: GatewayProps) {
    super(scope, id);
    const accessLog = new logs.LogGroup(this, 'Access', {
      logGroupName: `/omoios/${stage.name}/gateway-access`,
      retention: stage.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const integration = new apigateway.LambdaIntegration(handler, {
      proxy: true,
      ...(streams ? { responseTransferMode: apigateway.ResponseTransferMode.STREAM, timeout } : {}),
      // One permission for all methods: the catch-all is the only one.
      scopePermissionToMethod: false,
    });
    this.api = new apigateway.RestApi(this, 'Api', {
      restApiName: `omoios-${stage.name}-gateway`,
      description: 'OmoiOS: what a sandbox may call',
      endpointConfiguration: {
        types: [apigateway.EndpointType.REGIONAL],
        ipAddressType: apigateway.IpAddressType.DUAL_STACK,
      },
      defaultIntegration: integration,
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'run',
        throttlingRateLimit: stage.throttle.rate,
        throttlingBurstLimit: stage.throttle.burst,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: accessLogFormat(),
      },
    });
    this.api.root.addProxy({ anyMethod: true });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.api.restApiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `https://${this.host}/run`;
    acknowledge(this.api, findings);
  }
}

/** Who, what, how long; never a header or a body. */
function accessLogFormat(): apigateway.AccessLogFormat {
  const field = apigateway.AccessLogField;
  return apigateway.AccessLogFormat.custom(
    JSON.stringify({
      requestId: field.contextRequestId(),
      at: field.contextRequestTime(),
      method: field.contextHttpMethod(),
      path: field.contextPath(),
      status: field.contextStatus(),
      millis: field.contextResponseLatency(),
      from: field.contextIdentitySourceIp(),
    }),
  );
}

const findings = {
  'AwsSolutions-IAM4':
    'API Gateway writes logs by one role an account, and this is the policy that AWS keeps for it.',
  'AwsSolutions-APIG2':
    'The function parses every body with the schema of its endpoint; a second copy would drift.',
  'AwsSolutions-APIG3':
    'A web ACL costs more than twice the idle stack; the door is throttled, and takes run tokens only.',
  'AwsSolutions-APIG4':
    'The function checks the run token of every request, against the current attempt of its run.',
  'AwsSolutions-APIG6': 'Execution logs would hold what agents say; the access log says who asked what.',
  'AwsSolutions-COG4': 'Sandboxes are no people: they show a run token.',
};
