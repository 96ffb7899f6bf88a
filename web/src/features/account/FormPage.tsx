import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePageTitle } from "@/kit/pageTitle";
import { Form } from "@/ui/Form";
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
  const { t } = useTranslation();
  usePageTitle(inPane ? null : { page: title, app: t("app.name"), unread: "" });
  const Ground = inPane ? "div" : "main";
  return (
    <Ground className={styles.page}>
      <Form className={styles.form} onSubmit={onSubmit}>
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
