/** Events of discoveries; part of the catalogue. */
import { z } from 'zod';
import { Guard } from '../discovery/discovery.ts';
import { DiscoveryId, RunId } from '../id.ts';
import { event } from './consumer.ts';

/** What becomes of what agents found. */
export const discoveryEvents = {
  /** `joined`: an existing task does it. */
  'discovery.accepted.v1': event(
    z.object({ discoveryId: DiscoveryId, key: z.string(), joined: z.boolean() }),
    'scheduler',
    'console',
  ),
  'discovery.refused.v1': event(
    z.object({ discoveryId: DiscoveryId, guard: Guard, reason: z.string() }),
    'scheduler',
    'console',
  ),
  /** As a change of the requirements: the step that it leads to opens the gate. */
  'discovery.proposed.v1': event(z.object({ discoveryId: DiscoveryId }), 'workflow', 'console'),
  'discovery.recorded.v1': event(
    z.object({ discoveryId: DiscoveryId, runId: RunId, kind: z.string(), title: z.string() }),
    'console',
  ),
  /** A person took it although a guard had refused it; what comes of it is told beside this. */
  'discovery.overruled.v1': event(
    z.object({ discoveryId: DiscoveryId, guard: Guard.nullable(), by: z.string() }),
    'console',
  ),
} as const;
