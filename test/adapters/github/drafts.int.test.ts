/** Drafts on the stand-in for GitHub: REST opens them, GraphQL turns them, and some repositories have none. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ForgeRefused, ForgeUnavailable } from '#core/errors.ts';
import type { Forge } from '#core/forge/ports.ts';
import type { PullText } from '#core/forge/publication.ts';
import { headOf } from '#test/support/github/git.ts';
import { everything, type Repository } from '#test/support/github/state.ts';
import { openScene, words } from './scene.ts';

let scene: Awaited<ReturnType<typeof openScene>>;
let shop: Repository;
let main: string;
beforeAll(async () => {
  scene = await openScene();
  shop = await scene.github.create('acme/shop');
  main = (await headOf(shop, 'main')) ?? '';
});
afterAll(() => scene.close());
beforeEach(() => {
  shop.drafts = true;
  scene.github.state.calls.length = 0;
});
afterEach(() => {
  expect(scene.github.state.offences).toEqual([]);
  scene.github.state.faults.length = 0;
});

const repo = 'acme/shop';
const lacks = '1 of 2 criteria is not proven on the delivered commit: REQ-1.2 (not built).';
let branches = 0;

/** A pushed ticket branch, and how it is published with a wish. */
async function delivered(forge: Forge) {
  branches += 1;
  const branch = `omoi/TKT-${branches}`;
  const { commit, bundles } = await scene.work(main, `src/${branches}.js`);
  await forge.push({ repo, branch, commit, bundles });
  return (draft: Partial<PullText['draft']>, by: Forge = forge) => {
    const text = scene.say({ ...words, draft: { wanted: false, left: null, lacks: null, ...draft } });
    return by.publish({ repo, branch, commit, into: 'main', text });
  };
}

const theOne = () => {
  const found = shop.pulls.filter(({ head }) => head === `omoi/TKT-${branches}`);
  expect(found).toHaveLength(1);
  return found[0];
};
const turns = () => scene.github.state.calls.filter((call) => call.startsWith('graphql/'));
const ready = 'graphql/markPullRequestReadyForReview';

describe.each(['token', 'app'] as const)('by %s', (kind) => {
  const credential = () => (kind === 'app' ? scene.asApp() : scene.asToken());

  it('opens a draft, makes the same one ready when all is proven, and a draft again when it is not', async () => {
    const publish = await delivered(scene.forge(credential()));
    const first = await publish({ wanted: true, lacks });
    expect(first).toMatchObject({ draft: true, draftsRefused: false });
    expect(theOne()?.draft).toBe(true);
    expect(turns()).toEqual([]);
    expect(await publish({ wanted: false, left: true })).toEqual({ ...first, draft: false });
    expect(theOne()?.draft).toBe(false);
    expect(await publish({ wanted: true, left: false, lacks })).toEqual(first);
    expect(theOne()?.draft).toBe(true);
    expect(turns()).toEqual([ready, 'graphql/convertPullRequestToDraft']);
  });
});

it('asks nothing of one that is as it is wanted', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({});
  await publish({ left: false });
  expect(turns()).toEqual([]);
});

it('leaves one as a person turned it, in either direction', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({ wanted: true, lacks });
  Object.assign(theOne() ?? {}, { draft: false });
  expect(await publish({ wanted: true, left: true, lacks })).toMatchObject({ draft: false });
  Object.assign(theOne() ?? {}, { draft: true });
  expect(await publish({ wanted: false, left: false })).toMatchObject({ draft: true });
  expect(turns()).toEqual([]);
});

it('opens a normal one where the repository takes no drafts, and says so there once', async () => {
  shop.drafts = false;
  const publish = await delivered(scene.forge(scene.asToken()));
  const first = await publish({ wanted: true, lacks });
  expect(first).toMatchObject({ draft: false, draftsRefused: true });
  expect(await publish({ wanted: true, left: false, lacks })).toEqual(first);
  expect(theOne()?.draft).toBe(false);
  const said = shop.comments.filter(({ issue }) => issue === first?.number).map(({ body }) => body);
  expect(said).toEqual([expect.stringContaining(`takes no draft pull requests`)]);
  expect(said[0]).toContain('REQ-1.2');
});

it('answered 502 after it was made ready: the next call finds it so, and nothing is done twice', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({ wanted: true, lacks });
  // Also the repetitions that the client makes by itself are answered so, and GitHub says that it is no draft any more.
  scene.github.state.faults.push({ operation: ready, times: 1, status: 502, after: true });
  expect(await publish({ wanted: false, left: true })).toMatchObject({ draft: false });
  expect(theOne()?.draft).toBe(false);
});

it('a GraphQL that is down is tried again by the state machine', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({ wanted: true, lacks });
  scene.github.state.faults.push({ operation: ready, times: 20, status: 503 });
  await expect(publish({ wanted: false, left: true })).rejects.toThrow(ForgeUnavailable);
});

it('a token that may not turn it is told of in a sentence', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({ wanted: true, lacks });
  const weak = scene.forge(scene.asToken({ ...everything, pull_requests: 'read', issues: 'write' }));
  const refused = publish({ wanted: false, left: true }, weak);
  await expect(refused).rejects.toThrow(ForgeRefused);
  await expect(refused).rejects.toThrow(/#\d+ ready for review: Resource not accessible/);
});

it('a closed one stays as it is', async () => {
  const publish = await delivered(scene.forge(scene.asToken()));
  await publish({ wanted: true, lacks });
  Object.assign(theOne() ?? {}, { state: 'closed' });
  expect(await publish({ wanted: false, left: true })).toMatchObject({ draft: true });
  expect(turns()).toEqual([]);
});
