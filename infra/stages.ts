/**
 * What can be chosen at a deploy, by context (`-c name=value`, or `context` in cdk.json), and what each stage means.
 * A value that makes no sense ends the synth with one sentence that says what to do.
 */
import { z } from 'zod';
import { type GivenNetwork, list, networkOf, networkShape, type Policy } from './network-context.ts';
import { WrongContext } from './wrong-context.ts';

/** Regions where every service that the stacks use is offered in the form that they use it. */
export const regions = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
] as const;

/** What differs between a place to try things and the one that people rely on. */
export interface Stage {
  readonly name: 'dev' | 'prod';
  /** Whether data outlives the stacks, and deleting a database takes two steps. */
  readonly keepsData: boolean;
  /** Days of automatic backups of the database, with point-in-time recovery. */
  readonly backupDays: number;
  /** Days that logs are kept. */
  readonly logDays: 14 | 90;
  /** The most that the database may grow to, in Aurora capacity units of 2 GB. */
  readonly maxCapacity: number;
  /** Requests a second that each public door takes, and how many at once on top. */
  readonly throttle: { readonly rate: number; readonly burst: number };
}

const stages: Readonly<Record<Stage['name'], Stage>> = {
  dev: {
    name: 'dev',
    keepsData: false,
    backupDays: 1,
    logDays: 14,
    // Two units answer a team of five; each costs 0.12 USD an hour while it is awake.
    maxCapacity: 2,
    throttle: { rate: 50, burst: 100 },
  },
  prod: {
    name: 'prod',
    keepsData: true,
    backupDays: 14,
    logDays: 90,
    maxCapacity: 16,
    // 100 sandboxes make about one call a second each; people's browsers come on top.
    throttle: { rate: 200, burst: 400 },
  },
};

const text = z.string().trim().min(1);
const url = z.url({ protocol: /^https?$/ });

const Context = z.strictObject({
  stage: z.enum(['dev', 'prod']).default('dev'),
  region: text.optional(),
  egress: z.enum(['ipv6', 'nat-instance', 'nat-gateway']).default('ipv6'),
  ...networkShape,
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\/[^/]+\/\w+/)
    .optional(),
  databaseResourceId: text.optional(),
  image: text.optional(),
  forgeImage: text.optional(),
  capacity: z.enum(['spot', 'on-demand']).default('spot'),
  registries: list.default([]),
  model: text.default('claude-sonnet-5-5'),
  upstream: z.enum(['anthropic', 'bedrock', 'replay']).default('anthropic'),
  modelBaseUrl: url.optional(),
  cassette: text.optional(),
  embeddings: text.default('hashed-ngrams'),
  githubApi: url.default('https://api.github.com'),
  console: z.enum(['on', 'off']).default('on'),
  consoleUrl: url.optional(),
  alarmEmail: z.email().optional(),
  tracing: z.enum(['on', 'off']).default('on'),
  emulated: z.enum(['yes', 'no']).default('no'),
});
type Context = z.infer<typeof Context>;

/** A database that is there already. */
export interface GivenDatabase {
  readonly url: string;
  /** `password`: the URL carries one. `iam`: functions sign in by IAM, which needs the resource id. */
  readonly auth: 'password' | 'iam';
  /** `cluster-…` or `db-…`, as IAM names it. */
  readonly resourceId: string | undefined;
}

/** An image in ECR, where Lambda takes images from. */
export interface GivenImage {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly version: string;
}

/** Everything that was chosen, checked. */
export interface Settings {
  readonly stage: Stage;
  /** Undefined in a synth that names none: then the template is good for every region of the list. */
  readonly region: string | undefined;
  readonly egress: Context['egress'];
  /** `new`: made here. `none`: functions outside of any VPC, as on an emulator. */
  readonly network: 'new' | 'none' | GivenNetwork;
  readonly database: 'new' | GivenDatabase;
  readonly sandbox: {
    /** Policies of projects that sandboxes can be started for. */
    readonly networks: readonly Policy[];
    /** An image that is there already. Undefined: built from `containers/agent` at the deploy. */
    readonly image: string | undefined;
    readonly capacity: 'FARGATE_SPOT' | 'FARGATE';
    /** Registries beyond the public ones of `core/project/registries.ts`. */
    readonly registries: readonly string[];
  };
  readonly model: {
    readonly id: string;
    readonly upstream: Context['upstream'];
    readonly baseUrl: string | undefined;
    readonly cassette: string | undefined;
    readonly embeddings: string;
  };
  readonly githubApi: string;
  /**
   * `built`: from `containers/forge` at the deploy. `none`: the bundle alone, which finds the git of the machine that an
   * emulator runs on.
   */
  readonly forgeImage: 'built' | 'none' | GivenImage;
  readonly console: 'on' | 'off';
  /** Where the console is when it is not ours to serve. */
  readonly consoleUrl: string | undefined;
  readonly alarmEmail: string | undefined;
  readonly tracing: boolean;
  /**
   * Whether an emulator is deployed to: then the resources that its CloudFormation does not know are left out (the
   * bus' archive, the secret's rotation schedule), objects are addressed by path, and no function is an image.
   */
  readonly emulated: boolean;
}

/** Parses the context. Throws `WrongContext`. `profileRegion` counts where the context names none. */
export function readSettings(given: Readonly<Record<string, unknown>>, profileRegion?: string): Settings {
  const context = parseContext(given);
  const region = context.region ?? profileRegion;
  if (region !== undefined && !regions.some((one) => one === region))
    throw new WrongContext(
      `OmoiOS does not know the region ${region}. Choose one with -c region=…: ${regions.join(', ')}.`,
    );
  refuseContradictions(context);
  const { stage, model, upstream, modelBaseUrl, cassette, embeddings } = context;
  return {
    stage: stages[stage],
    region,
    egress: context.egress,
    network: networkOf(context),
    database: databaseOf(context),
    sandbox: {
      networks: context.networks,
      image: context.image,
      capacity: context.capacity === 'spot' ? 'FARGATE_SPOT' : 'FARGATE',
      registries: context.registries,
    },
    model: { id: model, upstream, baseUrl: modelBaseUrl, cassette, embeddings },
    githubApi: context.githubApi,
    forgeImage: forgeImageOf(context),
    console: context.console,
    consoleUrl: context.consoleUrl,
    alarmEmail: context.alarmEmail,
    tracing: context.tracing === 'on',
    emulated: context.emulated === 'yes',
  };
}

function parseContext(given: Readonly<Record<string, unknown>>): Context {
  // Feature flags and look-ups of the CDK itself have a colon or an at sign in their names.
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => !/[@:]/.test(name)));
  const parsed = Context.safeParse(own);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys')
    throw new WrongContext(
      `There is no context value ${issue.keys.join(', ')}. Known: ${Object.keys(Context.shape).join(', ')}.`,
    );
  const name = String(issue?.path[0]);
  const allowed = issue?.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue?.message;
  throw new WrongContext(
    `The context value ${name}=${String(own[name])} does not do: give ${allowed} with -c ${name}=….`,
  );
}

/** `anthropic.claude-…`, `eu.anthropic.claude-…`, or the ARN of a profile. */
const bedrockModel = /^(?:(?:[a-z]{2,6}\.)?anthropic\.[\w.:-]+|arn:.+)$/;

function refuseContradictions(context: Context): void {
  const { upstream, cassette, console, consoleUrl, stage, egress, network, model } = context;
  if (upstream === 'bedrock' && !bedrockModel.test(model))
    throw new WrongContext(
      `Bedrock has no model ${model}: its names begin with their maker's, so add -c model=anthropic.claude-… (or that of a profile, eu.anthropic.claude-…).`,
    );
  if (upstream === 'replay' && cassette === undefined)
    throw new WrongContext('A replayed model needs its cassette: add -c cassette=FILE.');
  if (upstream === 'replay' && stage === 'prod')
    throw new WrongContext(
      'A replayed model is for trials: choose -c upstream=anthropic or bedrock for prod.',
    );
  if (console === 'off' && consoleUrl === undefined)
    throw new WrongContext(
      'Without a console of its own, sign-in must know where to return to: add -c consoleUrl=URL.',
    );
  if (console === 'on' && consoleUrl !== undefined)
    throw new WrongContext('The console is served here: leave out consoleUrl, or add -c console=off.');
  if (network !== 'new' && egress !== 'ipv6')
    throw new WrongContext('The way out belongs to the network that you bring: leave out egress.');
}

function forgeImageOf({ forgeImage, emulated }: Context): Settings['forgeImage'] {
  if (forgeImage === undefined) return emulated === 'yes' ? 'none' : 'built';
  const parts = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)[:@](\S+)$/.exec(
    forgeImage,
  );
  const [, account, region, repository, version] = parts ?? [];
  if (!account || !region || !repository || !version)
    throw new WrongContext(
      `The context value forgeImage=${forgeImage} does not do: Lambda takes images from ECR only, as -c forgeImage=ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG.`,
    );
  return { account, region, repository, version };
}

function databaseOf({ databaseUrl, databaseResourceId, network }: Context): Settings['database'] {
  if (databaseUrl === undefined) {
    if (databaseResourceId !== undefined)
      throw new WrongContext(
        'databaseResourceId belongs to a database that you bring: add -c databaseUrl=….',
      );
    if (network === 'none')
      throw new WrongContext(
        'Aurora needs a network: leave out network=none, or bring a database with -c databaseUrl=….',
      );
    return 'new';
  }
  const auth = /\/\/[^/@]*:[^/@]*@/.test(databaseUrl) ? 'password' : 'iam';
  if (auth === 'iam' && databaseResourceId === undefined)
    throw new WrongContext(
      'databaseUrl has no password, so functions sign in by IAM: add -c databaseResourceId=cluster-… of that database.',
    );
  return { url: databaseUrl, auth, resourceId: databaseResourceId };
}
