/** Our one drawing for empty places: a table by the window, a pot, two cups that wait. */
export function Drawing() {
  return (
    <svg width="176" height="120" viewBox="0 0 176 120" fill="none" aria-hidden="true">
      <g stroke="var(--line)" strokeWidth="2" strokeLinecap="round">
        <rect x="34" y="6" width="108" height="70" rx="6" />
        <path d="M70 6v70M106 6v70M34 41h108" />
      </g>
      <path d="M8 100h160" stroke="var(--muted)" strokeWidth="2" strokeLinecap="round" />
      <g stroke="var(--ink)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path
          fill="var(--tea-soft)"
          d="M62 72c0-10 9-16 22-16s22 6 22 16c0 16-6 26-12 28H74c-6-2-12-12-12-28Z"
        />
        <path d="M74 57c1-4 5-6 10-6s9 2 10 6" />
        <circle cx="84" cy="47.500" r="3.500" fill="var(--tea-soft)" />
        <path d="M105 70c6-1 10-6 12-12M106 80c8-2 13-9 15-21" />
        <path d="M63 68c-8-3-15 2-14 10 1 7 8 11 15 9" />
      </g>
      <g stroke="var(--ink)" strokeWidth="2" strokeLinejoin="round">
        <path fill="var(--surface)" d="M22 86h20c0 8-3 13-6 14h-8c-3-1-6-6-6-14Z" />
        <path fill="var(--surface)" d="M132 86h20c0 8-3 13-6 14h-8c-3-1-6-6-6-14Z" />
      </g>
      <path
        d="M30 79c-2-3 2-5 0-8M140 79c-2-3 2-5 0-8"
        stroke="var(--seal)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
