import { Eye, EyeSlash } from "@phosphor-icons/react";
import { type ReactNode, useState } from "react";
import {
  TextField as AriaField,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  type TextFieldProps,
} from "react-aria-components";
import { IconButton } from "./IconButton";
import styles from "./TextField.module.css";

interface Props extends Omit<TextFieldProps, "children"> {
  label: string;
  hint?: ReactNode;
  /** A sentence that says what to change; shows the field as wrong. */
  problem?: string | null;
  placeholder?: string;
  lines?: number;
}

export function TextField({ label, hint, problem, placeholder, lines, ...rest }: Props) {
  return (
    <AriaField {...rest} isInvalid={!!problem} className={styles.field}>
      <Label className={styles.label}>{label}</Label>
      {lines ? (
        <TextArea className={styles.input} placeholder={placeholder} rows={lines} />
      ) : (
        <Input className={styles.input} placeholder={placeholder} />
      )}
      <Below hint={hint} problem={problem} />
    </AriaField>
  );
}

interface PasswordProps extends Props {
  showLabel: string;
  hideLabel: string;
}

export function PasswordField({
  label,
  hint,
  problem,
  showLabel,
  hideLabel,
  ...rest
}: PasswordProps) {
  const [shown, setShown] = useState(false);
  return (
    <AriaField
      {...rest}
      type={shown ? "text" : "password"}
      isInvalid={!!problem}
      className={styles.field}
    >
      <Label className={styles.label}>{label}</Label>
      <div className={styles.inputWithButton}>
        <Input className={styles.input} autoCapitalize="none" spellCheck={false} />
        <IconButton label={shown ? hideLabel : showLabel} onPress={() => setShown(!shown)}>
          {shown ? <EyeSlash /> : <Eye />}
        </IconButton>
      </div>
      <Below hint={hint} problem={problem} />
    </AriaField>
  );
}

function Below({ hint, problem }: { hint?: ReactNode; problem?: string | null }) {
  if (problem) return <FieldError className={styles.problem}>{problem}</FieldError>;
  return hint ? (
    <Text slot="description" className={styles.hint}>
      {hint}
    </Text>
  ) : null;
}
