// Removes the last build, so that the test of a deleted file does not run on.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
