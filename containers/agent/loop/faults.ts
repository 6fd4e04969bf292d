/** How asking the model can end other than with an answer. Apart from the client, which is only loaded when it is needed. */

/** The ticket's money is spent: the gateway holds the run until a person extends the budget. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** The request itself was refused; the same again would be refused again. */
export class ModelRejected extends Error {
  override readonly name = 'ModelRejected';
}

/** The request is longer than the model's window. */
export class ContextTooLong extends Error {
  override readonly name = 'ContextTooLong';
}

/** The model did not answer, however often it was asked. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
}
