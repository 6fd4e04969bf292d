import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/**
 * A client that calls the endpoint of its configuration. Left to itself it calls the host of the queue's URL, which has
 * no IPv6, and so would hang where that is the only way out.
 */
export const openSqs = (config: SQSClientConfig = {}): SQSClient =>
  new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
