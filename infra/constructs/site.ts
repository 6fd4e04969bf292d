/**
 * The console's door: CloudFront before a private bucket, with the API under the same origin, so that no other origin
 * is ever asked but sign-in's and the live updates'.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

interface SiteProps {
  readonly apiHost: string;
  readonly liveHost: string;
  /** Scheme and host of the sign-in pages. */
  readonly signInOrigin: string;
  /** Scheme and host of GitHub's pages, which make an App from what the page posts to them. */
  readonly gitHubOrigin: string;
}

/** Bucket and distribution; the console stack puts the files in. */
export class Site extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  /** With a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { apiHost, liveHost, signInOrigin, gitHubOrigin }: SiteProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Files', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // Only built files, which any deploy puts there again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const responseHeadersPolicy = this.headers([`wss://${liveHost}`, signInOrigin], gitHubOrigin);
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'OmoiOS console',
      defaultRootObject: 'index.html',
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      // Europe and North America; the other places are reached from there, and cost more.
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy,
        functionAssociations: [
          { function: this.pages(), eventType: cloudfront.FunctionEventType.VIEWER_REQUEST },
        ],
      },
      additionalBehaviors: {
        '/v1/*': {
          origin: new origins.HttpOrigin(apiHost),
          viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
          allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
          cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
          originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          responseHeadersPolicy,
        },
      },
    });
    this.url = `https://${this.distribution.distributionDomainName}/`;
    acknowledge(this, findings);
  }

  /** Addresses of pages have no file: they are all the one page, and its router knows them. */
  private pages(): cloudfront.Function {
    return new cloudfront.Function(this, 'Pages', {
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(
        "function handler(event) { var r = event.request; if (!/\\.[a-z0-9]+$/.test(r.uri)) r.uri = '/index.html'; return r; }",
      ),
    });
  }

  private headers(elsewhere: readonly string[], formsTo: string): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'Headers', {
      comment: 'OmoiOS console: what the page may do',
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: contentSecurityPolicy(elsewhere, formsTo),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: twoYears, includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
        ],
      },
    });
  }
}

/** 63,072,000 seconds: what browsers' preload list asks for is half of it. */
const twoYears = Duration.days(730);

/** The same as the one-machine host's, and what sign-in and live updates need. */
export function contentSecurityPolicy(elsewhere: readonly string[], formsTo: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${elsewhere.join(' ')}`,
    `form-action 'self' ${formsTo}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const findings = {
  'AwsSolutions-S1': 'The files are the same for everybody; who asks the API is logged there.',
  'AwsSolutions-CFR1': 'Teams are where they are; who signs in is decided by sign-in.',
  'AwsSolutions-CFR2':
    'A web ACL costs more than twice the idle stack; the API behind is throttled, the files are static.',
  'AwsSolutions-CFR3': 'The files are the same for everybody; who asks the API is logged there.',
  'AwsSolutions-CFR4': 'On its own name CloudFront decides; browsers since 2020 speak TLS 1.2 or newer.',
};

/** Where GitHub's pages are, by its REST API: those of an Enterprise Server are on the same host. */
export function gitHubOrigin(api: string): string {
  return new URL(api).origin.replace(/^https:\/\/api\.(github\.com|.+\.ghe\.com)$/, 'https://$1');
}
