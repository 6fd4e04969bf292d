/** Calling another function of ours and waiting for its answer: how `effects` reaches the steps, and the API the forge. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import {
  BranchGone,
  DomainError,
  Forbidden,
  ForgeRefused,
  ForgeUnavailable,
  IllegalTransition,
  InvalidInput,
  KeyReused,
  NotFound,
  NotReady,
} from '#core/errors.ts';

/** The other function failed with an error that is not one of the domain's; its own log has the details. */
export class FunctionFailed extends DomainError {
  readonly code = 'function-failed';
}

/** Errors that keep their class across the call, by name. */
const known = {
  ...{ NotFound, InvalidInput, IllegalTransition, Forbidden, KeyReused },
  ...{ ForgeRefused, ForgeUnavailable, BranchGone, NotReady },
};

const Failure = z.object({ errorType: z.string().default('Error'), errorMessage: z.string().default('') });

/**
 * A function that answers JSON to JSON. Throws the domain's error that the other one threw (without its data), or
 * `FunctionFailed`; throttling is retried by the SDK.
 */
export function createInvoke(client: LambdaClient, name: string): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(input) }),
    );
    const answer: unknown = Payload?.length ? JSON.parse(Payload.transformToString()) : null;
    if (FunctionError === undefined) return answer;
    throw thrown(name, Failure.parse(answer ?? {}));
  };
}

function thrown(name: string, { errorType, errorMessage }: z.infer<typeof Failure>): DomainError {
  const Known = Object.entries(known).find(([own]) => own === errorType)?.[1];
  if (Known) return new Known(errorMessage);
  return new FunctionFailed(`The function ${name} failed: ${errorType}.`, { function: name, errorType });
}
