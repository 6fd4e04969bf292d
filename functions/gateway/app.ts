/**
 * The gateway: all that a sandbox can reach. It answers who holds a run token for the current attempt of a run, keeps
 * what the run says, and is the only place that knows a model's key.
 */
import { Hono } from 'hono';
import { NotFound } from '#core/errors.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { mountModel } from './model/proxy.ts';
import { described, isFault, modelProblem, problem } from './problems.ts';
import { authenticated, sized } from './request.ts';
import { mountDiscover } from './run/discover.ts';
import { mountJournal } from './run/journal.ts';
import { mountLive } from './run/live.ts';
import { mountNotes } from './run/notes.ts';
import { mountSubmit } from './run/submit.ts';
import { mountUploads } from './run/uploads.ts';

/** Every endpoint of the sandbox's protocol (core/run/protocol.ts) as one app; the same on Node and on Lambda. */
export function createGateway(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.use('/v1/*', authenticated(deps), sized);
  mountLive(app, deps);
  mountJournal(app, deps);
  mountUploads(app, deps);
  mountNotes(app, deps);
  mountDiscover(app, deps);
  mountSubmit(app, deps);
  mountModel(app, deps);
  app.notFound(() => problem(new NotFound('The gateway has no such endpoint.')));
  app.onError((error, context) => {
    if (isFault(error)) {
      deps.log('error', 'a request to the gateway failed', {
        method: context.req.method,
        path: context.req.path,
        runId: context.get('claims')?.runId,
        error: described(error),
      });
    }
    return context.req.path.includes('/v1/messages') ? modelProblem(error) : problem(error);
  });
  return app;
}
