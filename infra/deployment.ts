/** All stacks of one deployment, in the order in which they are deployed. */
import { type App, Validations } from 'aws-cdk-lib';
import { Checks } from './constructs/acknowledge.ts';
import { ApiStack } from './stacks/api.ts';
import { ConsoleStack } from './stacks/console.ts';
import { DataStack } from './stacks/data.ts';
import { givenNetwork, type Network, NetworkStack, noNetwork } from './stacks/network.ts';
import { ObservabilityStack } from './stacks/observability.ts';
import { WorkflowStack } from './stacks/workflow.ts';
import type { Settings } from './stages.ts';

/** What a deployment is made from, besides the settings. Paths are absolute. */
export interface Sources {
  /** The root of the tree. */
  readonly root: string;
  /** The folder of the functions' bundles. */
  readonly bundles: string;
  /** The folder of the built console. */
  readonly files: string;
  readonly version: string;
}

/** The stacks; `network` and `console` are left out where they are brought. */
export interface Deployment {
  readonly network: NetworkStack | undefined;
  readonly data: DataStack;
  readonly workflow: WorkflowStack;
  readonly api: ApiStack;
  readonly console: ConsoleStack | undefined;
  readonly observability: ObservabilityStack;
}

/** Adds every stack to the app, and the checks that a synth must pass. */
export function deploy(app: App, settings: Settings, { root, bundles, files, version }: Sources): Deployment {
  Validations.of(app).addPlugins(new Checks(app));
  const network = settings.network === 'new' ? new NetworkStack(app, { settings }) : undefined;
  const data = new DataStack(app, {
    settings,
    network: network ?? ((scope) => brought(scope, settings)),
    bundles,
    migrations: `${root}/adapters/postgres/migrations`,
  });
  const workflow = new WorkflowStack(app, { settings, network: data.network, data, bundles, root });
  const api = new ApiStack(app, { settings, data, workflow, bundles, version });
  const { site, signIn, sockets } = api;
  const console = site && new ConsoleStack(app, { settings, site, signIn, sockets, files });
  const observability = new ObservabilityStack(app, { settings, data, workflow, api });
  return { network, data, workflow, api, console, observability };
}

function brought(scope: DataStack, { network }: Settings): Network {
  return typeof network === 'object' ? givenNetwork(scope, network) : noNetwork;
}
