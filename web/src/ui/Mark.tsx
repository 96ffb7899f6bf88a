/**
 * The mark: a lidded cup seen from the front whose lid is a speech bubble. One colour, on a grid of
 * 32, with nothing thinner than 2, so that it holds at 16 px.
 */
export function Mark({ size = 32, title }: { size?: number; title?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="currentColor" role={title ? "img" : undefined} aria-hidden={title ? undefined : true} aria-label={title}>
      <path d={LID} />
      <path d={CUP} />
      <path d={SAUCER} />
    </svg>
  );
}

/** A bubble with a knob; its tail points into the cup. */
export const LID =
  "M16 2.5a1.9 1.9 0 0 1 1.8 2.5C23 5.5 26.6 8 27.4 11.4 27.6 12.3 26.9 13 26 13H14.5l-3.2 3.4c-.5.5-1.3.2-1.3-.5V13H6c-.9 0-1.6-.7-1.4-1.6C5.4 8 9 5.500 14.200 5A1.900 1.900 0 0 1 16 2.500Z";
export const CUP = "M5.500 15.200h2.300c.3 2.600 2.700 3.600 4.600 1.700l1.700-1.700h12.400c0 5.600-2.500 9.300-6 10.600h-9c-3.500-1.300-6-5-6-10.600Z";
export const SAUCER = "M7 27.300h18c.9 0 1.200.9.5 1.400-.7.500-1.500.800-2.500.8H9c-1 0-1.800-.3-2.500-.8-.7-.5-.4-1.400.5-1.400Z";
