import type { FormEvent, ReactNode } from "react";
import { Form } from "react-aria-components";
import { Mark } from "@/ui/Mark";
import styles from "./FormPage.module.css";

interface Props {
  title: string;
  lead?: ReactNode;
  /** A sentence about what went wrong with the whole form. */
  problem?: string | null;
  onSubmit: () => void;
  children: ReactNode;
  footer?: ReactNode;
  /** It stands in a pane of the app, which has its own <main>. */
  inPane?: boolean;
}

/** The pages before the app: one column, the mark, one thing to do. */
export function FormPage({ title, lead, problem, onSubmit, children, footer, inPane }: Props) {
  const Ground = inPane ? "div" : "main";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Ground className={styles.page}>
      <Form className={styles.form} onSubmit={submit} validationBehavior="aria">
        <span className={styles.mark}>
          <Mark size={56} />
        </span>
        <div>
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
        {problem && (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        )}
        {footer && <div className={styles.footer}>{footer}</div>}
      </Form>
    </Ground>
  );
}
