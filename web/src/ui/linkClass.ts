import styles from "./link.module.css";

/** A link that stands alone like a quiet button. */
export const linkClass = styles.alone ?? "";
/** A round place for an icon that leads somewhere. */
export const iconLinkClass = styles.icon ?? "";
/** A link that is the main thing to do. */
export const primaryLinkClass = styles.primary ?? "";
/** The way back to a list that a desktop shows beside. */
export const backLinkClass = `${styles.icon} ${styles.back}`;
