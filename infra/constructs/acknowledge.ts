/** The rules of cdk-nag's AwsSolutions as errors, and how a place says that one of them does not hold there. */
import {
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyViolation,
  Validations,
} from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Rules that do not hold at a construct and below it, each with the reason. */
export function acknowledge(scope: IConstruct, rules: Readonly<Record<string, string>>): void {
  Validations.of(scope).acknowledge(...Object.entries(rules).map(([id, reason]) => ({ id, reason })));
}

/**
 * AwsSolutions. A rule that names its findings (`AwsSolutions-IAM5[Resource::*]`) may be acknowledged by its bare name
 * for one construct: the names of findings are those of generated resources, which would have to be copied by hand.
 */
export class Checks implements IPolicyValidationPlugin {
  readonly name = 'AwsSolutions';
  readonly #app: IConstruct;

  constructor(app: IConstruct) {
    this.#app = app;
  }

  validate(_context: IPolicyValidationContext) {
    const { violations } = new AwsSolutionsChecks().validateScope(this.#app);
    const left = violations
      .map((one) => this.open(one))
      .filter(({ violatingResources }) => violatingResources.length > 0);
    return { success: left.length === 0, violations: left };
  }

  private open(violation: PolicyViolation): PolicyViolation {
    const [bare = ''] = violation.ruleName.split('[');
    const violatingResources = violation.violatingResources.filter(
      ({ constructPath }) => !acknowledgedAt(this.#app, constructPath ?? '', bare),
    );
    return { ...violation, violatingResources };
  }
}

/** Whether a rule was acknowledged at the construct of that path or above it. */
function acknowledgedAt(app: IConstruct, path: string, rule: string): boolean {
  let node: IConstruct | undefined = app;
  for (const id of ['', ...path.split('/')]) {
    node = id === '' ? node : node?.node.tryFindChild(id);
    if (node === undefined) return false;
    if (rulesAt(node).includes(rule)) return true;
  }
  return false;
}

/** Ids of the rules acknowledged at a construct itself. */
export function rulesAt({ node }: IConstruct): string[] {
  return node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.keys(data ?? {}).map((id) => id.replace(/^annotation::/i, '')));
}
