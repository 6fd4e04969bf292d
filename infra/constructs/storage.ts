/** What is kept beside the store: bundles, checkpoints and logs as objects, and the small table of what passes. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';

/** Days after which what a run left is deleted: a gate waits for a year at most, and a month is slack. */
const runDays = 400;

interface StorageProps {
  readonly stage: Stage;
}

/** Bundles, checkpoints and logs; reached by URLs that are signed for one verb on one key. */
export class Blobs extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { stage }: StorageProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'runs', prefix: 'runs/', expiration: Duration.days(runDays) },
        // An upload that broke off is not seen by anyone, and is paid for.
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    acknowledge(this.bucket, {
      'AwsSolutions-S1':
        'Every object is reached by a URL that the gateway signs and journals for one run; access logs would say the same again.',
    });
  }
}

/** Who is at work, API keys, open WebSockets, leases and keys seen, each with the time after which it does not count. */
export class Registry extends Construct {
  readonly table: dynamodb.TableV2;

  constructor(scope: Construct, id: string, { stage }: StorageProps) {
    super(scope, id);
    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      // It holds API keys (their digests), which nobody could give back.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.keepsData,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
