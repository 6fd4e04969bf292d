/** What an image is built from at the deploy; a synth only takes its fingerprint, and needs no Docker. */
import * as assets from 'aws-cdk-lib/aws-ecr-assets';

/**
 * A Dockerfile and the one thing that it copies, both by their paths in the tree; nothing else of the tree goes to
 * Docker or counts for the fingerprint.
 */
export const builtFrom = (file: string, copied: string) => ({
  file,
  platform: assets.Platform.LINUX_ARM64,
  exclude: ['**', `!${file}`, `!${copied}`],
});
