/**
 * The mark: a lidded cup seen from the front whose lid is a speech bubble. One colour, on a grid of
 * 32, with nothing thinner than 2, so that it holds at 16 px.
 */
export function Mark({ size = 32, title }: { size?: number; title?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="currentColor"
      role={title ? "img" : undefined}
      aria-hidden={title ? undefined : true}
      aria-label={title}
    >
      <path d={LID} />
      <path d={CUP} />
      <path d={SAUCER} />
    </svg>
  );
}

/** A bubble with a knob; its tail points into the cup. */
export const LID =
  "M16 2a2 2 0 0 1 1.9 2.6C23.4 5 27.3 7.8 28 11.6c.2.9-.5 1.7-1.4 1.7H14.2l-3.3 3.4c-.5.5-1.4.2-1.4-.6v-2.8H5.4c-.9 0-1.6-.8-1.4-1.7C4.7 7.8 8.6 5 14.1 4.6A2 2 0 0 1 16 2Z";
export const CUP =
  "M5.2 15.6h2c.4 3.3 3.3 4.4 5.6 2.2l2.2-2.2h11.8c-.2 4.8-2.5 8.2-6 9.9h-9.6c-3.5-1.7-5.8-5.1-6-9.9Z";
export const SAUCER =
  "M7.5 27.5h17c1 0 1.3 1 .5 1.5-.7.5-1.6.8-2.6.8H9.6c-1 0-1.9-.3-2.6-.8-.8-.5-.5-1.5.5-1.5Z";
