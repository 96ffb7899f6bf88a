/** Dates, numbers and sizes, always through Intl. `now` is passed in, so that tests can choose it. */

const DAY_MS = 86_400_000;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Whole calendar days from `time` to `now`; 0 is today. */
export function daysAgo(time: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
}

export function clockTime(time: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(time);
}

function relativeDay(days: number, locale: string): string {
  const text = new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day");
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

function date(time: number, now: number, locale: string, weekday: boolean): string {
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    month: weekday ? "long" : "short",
    day: "numeric",
    ...(weekday && { weekday: "long" }),
    ...(!sameYear && { year: "numeric" }),
  }).format(time);
}

/** The short time of a row in a list: 14:05, Yesterday, Tuesday, 3 May. */
export function listTime(time: number, now: number, locale: string): string {
  const days = daysAgo(time, now);
  if (days <= 0) return clockTime(time, locale);
  if (days === 1) return relativeDay(1, locale);
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(time);
  return date(time, now, locale, false);
}

/** The line between two days of a conversation. */
export function dayLine(time: number, now: number, locale: string): string {
  const days = daysAgo(time, now);
  return days <= 1 ? relativeDay(Math.max(days, 0), locale) : date(time, now, locale, true);
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function fileSize(bytes: number, locale: string): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), SIZES.length - 1);
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: SIZES[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

/** How long something plays: 0:07, 61:05. */
export function playTime(ms: number, locale: string): string {
  const seconds = Math.floor(ms / 1000);
  const two = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  return `${count(Math.floor(seconds / 60), locale)}:${two.format(seconds % 60)}`;
}

export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** A badge has no room for more than two digits. */
export function badgeCount(value: number, locale: string): string {
  return value > 99 ? `${count(99, locale)}+` : count(value, locale);
}

export function percent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(share);
}

/** The first letter or character of a name, as people would say it. */
export function initial(name: string, locale: string): string {
  const text = name.replace(/^[@\s]+/, "");
  const first = new Intl.Segmenter(locale).segment(text)[Symbol.iterator]().next();
  return first.done ? "" : first.value.segment.toLocaleUpperCase(locale);
}
