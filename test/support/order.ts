import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The kinds one after the other: who goes from one to the next begins a new process, with nothing loaded. */
const kinds = ['integration', 'unit', 'e2e'];

/** The longest files of each kind, longest first. One that is left out does no harm but a worker that idles at the end. */
const longest = [
  ...[
    'infra/stacks.int',
    'web/console.int',
    'infra/variants.int',
    'infra/cost.int',
    'containers/agent/loop.int',
  ],
  ...['local/road.e2e', 'local/kill.e2e', 'local/bad-repository.e2e', 'local/bad-place.e2e', 'web/road.e2e'],
].map((name) => `/test/${name}.test.ts`);

/** Begins with what takes long, so that all workers end together. By itself vitest only knows how large a file is. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? longest.length : place;
    };
    const kind = ({ project }: TestSpecification): number => kinds.indexOf(project.name);
    const bySize = await super.sort(files);
    return bySize.toSorted((one, other) => kind(one) - kind(other) || rank(one) - rank(other));
  }
}
