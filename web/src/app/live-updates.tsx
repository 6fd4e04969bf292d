/** Keeps the page true: follows the live log, asks again for what an event made stale, and says aloud what matters. */
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { EventView } from '#core/api/views.ts';
import { type Key, keys, staleAfter } from '../api/keys.ts';
import { followEvents, type LiveState } from '../api/live.ts';
import { sentenceOf } from '../features/activity/sentence.ts';

/** Events come in bursts; a quarter second gathers one burst into one reload and still feels live. */
const gatherMs = 250;

interface Props {
  /** The newest cursor when the page was opened; nothing until it is known. */
  readonly after: number | undefined;
  readonly children: (state: LiveState) => ReactNode;
}

export function LiveUpdates({ after, children }: Props) {
  const [state, setState] = useState<LiveState>('connecting');
  const [spoken, setSpoken] = useState('');
  const invalidate = useGathered();
  // Later answers of health carry later cursors; the socket keeps its own.
  const first = useRef<number | undefined>(undefined);
  first.current ??= after;
  const start = first.current;
  useEffect(() => {
    if (start === undefined) return undefined;
    const onEvent = (event: EventView): void => {
      invalidate(staleAfter(event));
      const { text, weight } = sentenceOf(event);
      if (weight === 'loud') setSpoken(text);
    };
    const onState = (now: LiveState): void => {
      setState(now);
      // Asked of the server itself, so that the page says when it is gone, and not when only the socket is.
      if (now === 'lost' && !document.hidden) invalidate([keys.health]);
    };
    return followEvents({ after: start, onEvent, onState });
  }, [start, invalidate]);
  return (
    <>
      {children(state)}
      <div className="visually-hidden" aria-live="polite" role="status" data-testid="announcer">
        {spoken}
      </div>
    </>
  );
}

function useGathered(): (keys: readonly Key[]) => void {
  const client = useQueryClient();
  const [gather] = useState(() => {
    const waiting = new Map<string, Key>();
    let gathering = false;
    return (keys: readonly Key[]): void => {
      for (const key of keys) waiting.set(key.join('/'), key);
      if (gathering) return;
      gathering = true;
      setTimeout(() => {
        gathering = false;
        for (const queryKey of waiting.values()) void client.invalidateQueries({ queryKey });
        waiting.clear();
      }, gatherMs);
    };
  });
  return gather;
}
