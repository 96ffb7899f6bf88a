import { Button as AriaButton, type ButtonProps as AriaProps } from "react-aria-components";
import styles from "./Button.module.css";

interface Props extends AriaProps {
  look?: "primary" | "soft" | "plain" | "danger" | "warn";
  wide?: boolean;
}

export function Button({ look = "primary", wide, ...rest }: Props) {
  return (
    <AriaButton
      {...rest}
      className={styles.button}
      data-look={look}
      data-wide={wide || undefined}
    />
  );
}
