import type { ReactNode, Ref } from "react";
import { Button, type ButtonProps } from "react-aria-components";
import styles from "./IconButton.module.css";

interface Props extends Omit<ButtonProps, "children" | "aria-label"> {
  /** What it does, for those who can't see the icon. */
  label: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
  look?: "plain" | "primary";
}

export function IconButton({ label, look = "plain", children, ...rest }: Props) {
  return (
    <Button {...rest} aria-label={label} className={styles.button} data-look={look}>
      {children}
    </Button>
  );
}
