/** A question of an agent, and the way to answer it; what was typed and not sent is kept. */
import type { FormEvent } from 'react';
import type { QuestionView } from '#core/api/views.ts';
import { useCommand } from '../../../api/query.ts';
import { Link } from '../../../router/router.tsx';
import { Button, Problem } from '../../../ui/basics.tsx';
import { keepDraft, useDraft } from '../../../ui/draft.ts';
import { TextField } from '../../../ui/field.tsx';
import { Markdown } from '../../../ui/markdown.tsx';
import { Time } from '../../../ui/time.tsx';

interface Props {
  readonly question: QuestionView;
  /** The page of the ticket's documents. */
  readonly documents: string;
}

/** Whether it is about the words of a requirement, which an answer does not change. */
const aboutRequirements = (text: string): boolean => /\bREQ-\d/.test(text);

/** A question of an agent with the way to answer it: an option in one press, or own words. */
export function AnswerQuestion({ question, documents }: Props) {
  const place = `question.${question.id}`;
  const [text, setText] = useDraft(place);
  const answer = useCommand('answerQuestion', () => keepDraft(place, ''));
  const send = (words: string): void => answer.mutate({ params: { id: question.id }, body: { text: words } });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    send(text);
  };
  return (
    <form className="question" onSubmit={onSubmit} aria-label="Question">
      <div className="question-text">
        <Markdown text={question.text} />
      </div>
      <p className="muted">
        Asked <Time at={question.askedAt} />; the run waits and holds nothing.
      </p>
      {aboutRequirements(question.text) ? (
        <p className="muted">
          If a requirement is to say something else, <Link href={documents}>change it in the documents</Link>:
          work on it begins anew with its new words.
        </p>
      ) : null}
      {question.options.length === 0 ? null : (
        <div className="options">
          {question.options.map((option) => (
            <Button key={option} disabled={answer.isPending} onClick={() => send(option)}>
              {option}
            </Button>
          ))}
        </div>
      )}
      <TextField label="Your answer" value={text} onChange={setText} lines={2} />
      <Problem error={answer.error} />
      <div className="actions">
        <Button kind="primary" type="submit" disabled={answer.isPending || text.trim() === ''}>
          Answer
        </Button>
      </div>
    </form>
  );
}
