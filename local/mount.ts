import { join } from 'node:path';
import { Hono } from 'hono';
import { hashedNgrams } from '#adapters/embeddings/hashed-ngrams.ts';
import { fileApiKeys } from '#adapters/files/api-keys.ts';
import { createConnection } from '#adapters/github/connection.ts';
import { webUrlOf } from '#adapters/github/urls.ts';
import { newId, newSecret, sha256 } from '#adapters/ids/ids.ts';
import { createApi } from '#functions/api/app.ts';
import { problemResponse } from '#functions/api/problems.ts';
import { createGateway } from '#functions/gateway/app.ts';
import { createWebhooks } from '#functions/webhooks/app.ts';
import { onlyThisMachine } from './access.ts';
import { createBlobServer } from './blobs.ts';
import { callerOf, knownCaller } from './callers.ts';
import { createDeliveries } from './deliveries.ts';
import { configuredApi } from './forge.ts';
import { clock, type Ground } from './ground.ts';
import { healthOf, obstaclesOf } from './health.ts';
import { createPages } from './pages.ts';
import { transitionsOf } from './statemachines.ts';

/** Everything under one roof; the sandbox's doors (`/gateway`, `/blobs`) ask for a token instead of an own page. */
export function mount(ground: Ground): Hono {
  const { config, store, blobs, signer, forge, vault, workflow, upstream, tokens, agents, log } = ground;
  const apiUrl = configuredApi(config);
  const connection = createConnection({ apiUrl, vault });
  const obstacles = obstaclesOf(ground, connection.standing);
  const keys = fileApiKeys(join(config.dataDir, 'api-keys.json'));
  const api = createApi({
    ...{ store, forge, blobs, agents, clock, newId },
    github: {
      connection,
      apiUrl,
      anyServer: true,
      // GitHub reaches no program on this machine.
      webhookUrl: null,
      newSecret,
    },
    digest: sha256,
    version: config.version,
    keys,
    actor: knownCaller,
    log: (error) => log('error', 'a request failed', { error }),
    obstacles,
    networks: ground.sandboxes.networks,
    health: () => healthOf(config, upstream, ground.sandboxes),
    transitions: (ticketId) => transitionsOf(ground.states, store.view, ticketId),
  });
  const gateway = createGateway({
    ...{ store, blobs, workflow, upstream, tokens, agents, clock, newId, log },
    digest: sha256,
    model: config.model,
    embed: hashedNgrams,
    ...(config.checkSeconds && { checkSeconds: config.checkSeconds }),
  });
  const pages = createPages(config.distDir, webUrlOf(apiUrl));
  const deliveries = createDeliveries({ ...ground, obstacles });
  const secret = async () => (await vault.read())?.webhookSecret ?? null;
  void deliveries.work();
  const app = new Hono();
  app.onError(problemResponse);
  app.route('/gateway', gateway);
  app.route('/', createBlobServer(blobs, signer, clock));
  // Signed by GitHub, and so the one door that another machine (a tunnel) may use.
  app.route('/', createWebhooks({ handOn: deliveries.handOn, secret }));
  app.use('*', onlyThisMachine);
  app.all('*', async (context) => {
    const { path } = context.req;
    const isApi = path.startsWith('/v1/') || path === '/openapi.json';
    if (!isApi) return pages.fetch(context.req.raw);
    const caller = await callerOf(context, { keys, person: config.person, clock });
    return api.fetch(context.req.raw, { caller });
  });
  return app;
}
