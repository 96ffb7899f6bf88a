import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { Form as AriaForm } from "react-aria-components";

interface Props {
  className?: string;
  onSubmit: () => void;
  children: ReactNode;
}

/** Enter sends it, and what is wrong with it has the focus then. */
export function Form({ className, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef(false);
  // The answer may come later: until somebody types again, what is wrong is looked for each time.
  useEffect(() => {
    const wrong = sent.current && form.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    if (!wrong) return;
    sent.current = false;
    wrong.focus();
  });
  useEffect(() => {
    const typed = () => {
      sent.current = false;
    };
    const box = form.current;
    box?.addEventListener("input", typed);
    return () => box?.removeEventListener("input", typed);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A sheet may stand in the tree of another form.
    event.stopPropagation();
    sent.current = true;
    onSubmit();
  };
  return (
    <AriaForm ref={form} className={className} validationBehavior="aria" onSubmit={submit}>
      {children}
    </AriaForm>
  );
}
