/** Routes about what people decide beside the gates: discoveries, pull requests, and what waits for them. */
import { DiscoveryView } from './discovery-view.ts';
import { DiffView, PullView } from './pull-view.ts';
import { ReviewPull } from './requests.ts';
import { list, none, noQuery, route } from './route.ts';

/** Part of the table in routes.ts. */
export const deliveryRoutes = {
  listDiscoveries: route(
    'get',
    '/v1/tickets/:ticket/discoveries',
    'Work that agents found',
    noQuery,
    none,
    list(DiscoveryView),
  ),
  acceptDiscovery: route(
    'post',
    '/v1/tickets/:ticket/discoveries/:discovery/accept',
    'Accept a discovery that a guard refused; it becomes what its kind makes of it',
    noQuery,
    none,
    DiscoveryView,
  ),

  listPulls: route('get', '/v1/pulls', 'All pull requests, newest first', noQuery, none, list(PullView)),
  getPull: route('get', '/v1/tickets/:ticket/pull', 'The pull request', noQuery, none, PullView),
  getPullDiff: route('get', '/v1/tickets/:ticket/pull/diff', 'Its unified diff', noQuery, none, DiffView),
  mergePull: route(
    'post',
    '/v1/tickets/:ticket/pull/merge',
    'Merge where no checked-out tree is touched',
    noQuery,
    none,
    PullView,
  ),
  closePull: route(
    'post',
    '/v1/tickets/:ticket/pull/close',
    'Close without merging',
    noQuery,
    none,
    PullView,
  ),
  readyPull: route(
    'post',
    '/v1/tickets/:ticket/pull/ready',
    'Make a draft ready to be merged, by a person’s word',
    noQuery,
    none,
    PullView,
  ),
  reviewPull: route(
    'post',
    '/v1/tickets/:ticket/pull/review',
    'Ask for changes: they become a task of its ticket, and the pull request is updated in place',
    noQuery,
    ReviewPull,
    PullView,
  ),
  updatePull: route(
    'post',
    '/v1/tickets/:ticket/pull/update',
    'Bring it up to date with the branch that it goes into: joined, by an agent where both changed the same lines, and verified anew',
    noQuery,
    none,
    PullView,
  ),
} as const;
