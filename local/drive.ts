import { createDispatcher } from '#functions/effects/dispatch.ts';
import { createEffects } from '#functions/effects/effects.ts';
import { createRunKeeper } from '#functions/reconcile/runs.ts';
import { type Closers, clock, type Ground } from './ground.ts';
import { createLive, type Live } from './live.ts';
import { createPulse } from './pulse.ts';

/** A driven host: live updates now, and `start` for everything that was under way when the last host ended. */
export interface Drive {
  readonly live: Live;
  start(): Promise<void>;
}

/** Makes things happen: events reach their consumers, the console and the pulse after each commit. */
export function drive(ground: Ground, closers: Closers): Drive {
  const { store, quietStore, states, workflow, sandboxes, agents, steps, tokens, hooks, log } = ground;
  const warn = (message: string, data?: Readonly<Record<string, unknown>>) => log('warn', message, data);
  const effects = createEffects({
    ...{ store, workflow, sandboxes, agents, steps, tokens, clock },
    gatewayUrl: () => `${ground.url}/gateway`,
    log: warn,
  });
  const dispatcher = createDispatcher({ store: quietStore, handle: effects.handle, clock, log: warn });
  const live = createLive(store, (error) => warn('a live reader was lost', { error }));
  const keeper = createRunKeeper({ store, sandboxes, agents, steps, clock, log: warn });
  const pulse = createPulse(keeper, (error) => log('error', 'looking after runs failed', { error }));
  hooks.exited = keeper.exited;
  hooks.committed = () => {
    dispatcher.notify();
    live.notify();
    pulse.beat();
  };
  closers.push(async () => {
    hooks.committed = () => {};
    hooks.exited = async () => {};
    live.close();
    pulse.stop();
    await dispatcher.stop();
  });
  return {
    live,
    async start() {
      await states.recover();
      await keeper.look();
      hooks.committed();
    },
  };
}
