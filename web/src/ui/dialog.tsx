/** Modal dialogs on the browser's own element: it holds the focus, closes on Escape and gives the focus back. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './basics.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Dialog({ title, onClose, children, className = '' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-labelledby={id}
      // Not on cancel: a browser may close without it. One that is open was opened again meanwhile.
      onClose={() => {
        if (ref.current?.open !== true) onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  readonly label: string;
  readonly question: string;
  readonly text: string;
  readonly confirm: string;
  readonly kind?: 'primary' | 'danger' | 'plain';
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
}

/** A button that asks once more. */
export function ConfirmButton({
  label,
  question,
  text,
  confirm,
  kind = 'plain',
  disabled,
  onConfirm,
}: ConfirmProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={kind} disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open ? (
        <Dialog title={question} onClose={() => setOpen(false)}>
          <p className="muted">{text}</p>
          <div className="actions">
            <Button onClick={() => setOpen(false)}>Back</Button>
            <Button
              kind={kind === 'plain' ? 'primary' : kind}
              onClick={() => {
                setOpen(false);
                onConfirm();
              }}
            >
              {confirm}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
