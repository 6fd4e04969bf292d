/** What the emulator cannot do, why, and how else it is known to work. The same table stands in docs/cloud-proof.md. */
export interface Limit {
  readonly what: string;
  readonly why: string;
  readonly covered: string;
}

export const limits: readonly Limit[] = [
  {
    what: 'Fargate starts no container',
    why: 'The emulator wants Docker for it; without, it only records tasks.',
    covered:
      'Each recorded task is started as a process of the same harness (test/cloud/fargate.ts); the image is built by nobody here.',
  },
  {
    what: "RunTask's client token",
    why: 'The emulator ignores it: asked twice, it records two tasks.',
    covered: 'The proof starts one process a run and attempt; test/adapters/ecs looks at the token.',
  },
  {
    what: 'Network and Aurora stacks',
    why: 'Egress-only gateways, subnet groups and Aurora are unknown to its CloudFormation.',
    covered: 'Replaced by context (network=none, databaseUrl); test/infra asserts on their templates.',
  },
  {
    what: 'Console stack (CloudFront, S3 origin)',
    why: 'Origin access control is unknown to its CloudFormation.',
    covered: 'console=off; test/infra asserts on its template, test/web on the console.',
  },
  {
    what: 'Archive of the bus, rotation schedule of the token secret',
    why: 'Resource types that its CloudFormation does not know.',
    covered:
      'Left out by emulated=yes; test/infra asserts on the schedule, test/functions/rotate on the rotation. Nothing replays an archive.',
  },
  {
    what: 'Streaming answers of the gateway',
    why: 'Its REST API knows only whole answers.',
    covered: 'Answers come whole by emulated=yes; test/adapters/lambda/stream.test.ts streams.',
  },
  {
    what: "A thrown error's class",
    why: 'Its Node runtime reports each as Runtime.HandlerError, so retries by name do not match.',
    covered: 'test/statemachines and test/local/states take every retry and catch by name.',
  },
  {
    what: 'Permissions (IAM)',
    why: 'They are not enforced.',
    covered: 'test/infra lists what each role may do; nothing calls as a role.',
  },
  {
    what: 'Sign-in pages of Cognito',
    why: 'There are none to sign in on.',
    covered:
      'The person has an API key; test/web/sign-in.test.ts has the console. Tokens of Cognito are checked by aws-jwt-verify only.',
  },
  {
    what: 'TLS, and names of APIs',
    why: 'Plain HTTP; no name server knows the hosts of its APIs.',
    covered: 'They are reached by path; broadcast is told that path after the deploy.',
  },
  {
    what: "Lambda's own Node, arm64, and a frozen process",
    why: 'Functions run with the Node of this machine and are not frozen between calls.',
    covered: 'npm run bench -- cold starts each bundle. A thaw with dropped connections is not tested.',
  },
  {
    what: 'A model that is none',
    why: 'It has none that answers as an agent would: a cassette does.',
    covered:
      'test/adapters/anthropic and test/adapters/bedrock against servers of their own; nobody here calls a model.',
  },
  {
    what: "The forge's image",
    why: 'The emulator wants Docker for it: by emulated=yes the same bundle comes as an archive, and finds the git of this machine.',
    covered:
      'test/infra: only the forge starts a program, and it is the image of containers/forge. A deploy builds it, and refuses one without git; nobody here does.',
  },
];

/** As a Markdown table. */
export const table = (): string =>
  [
    '| not on the emulator | why | how else it is covered |',
    '|---|---|---|',
    ...limits.map(({ what, why, covered }) => `| ${what} | ${why} | ${covered} |`),
  ].join('\n');
