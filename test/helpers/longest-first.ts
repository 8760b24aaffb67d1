import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest begins first, lest one file be waited for in the end. A clean checkout has no times of earlier runs. */
export function createLongestFirst(longest: readonly string[]): typeof BaseSequencer {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const toRank = ({ moduleId, project }: TestSpecification) => {
        const place = longest.findIndex((name) => moduleId.endsWith(name));
        return project.config.sequence.groupOrder * 1000 + (place < 0 ? longest.length : place);
      };
      return (await super.sort(files)).sort((one, other) => toRank(one) - toRank(other));
    }
  };
}
