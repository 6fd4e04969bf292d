/** The tamper report on one work as it was merged: what it does to the checks that are to prove it. */
import { gravest } from '#core/verify/report.ts';
import type { Finding } from '#core/verify/tamper/finding.ts';
import { tamperReport } from '#core/verify/tamper/report.ts';
import type { Repository } from '../checkout/repository.ts';

/** The gravest findings between two commits. */
export async function scanWork(repository: Repository, was: string, is: string): Promise<Finding[]> {
  const { before, after } = await repository.trees(was, is);
  return gravest(tamperReport(before, after));
}
