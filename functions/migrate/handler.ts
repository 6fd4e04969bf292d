import { wire } from './wire.ts';

const migrate = wire();

/** CloudFormation's request, through CDK's provider framework. What is thrown fails the deploy. */
export const handler = (event: unknown) => migrate(event);
