/** Example content of the page of parts; in no one's catalogue, because no one's app shows it. */
export interface Sample {
  locale: string;
  name: string;
  id: string;
  title: string;
  line: string;
  file: string;
  key: string;
  timeMs: number;
}

const SHARED = {
  id: "@meilan:example.org",
  key: "EsTc Q8mV 4yXn LwPr 9kHd 2ZfB 7uGe RjSa 5tNc WqYx 3vMp HbKd",
  timeMs: Date.UTC(2026, 2, 20, 8, 5),
};

export function samples(locale: string): Sample {
  const words = locale.startsWith("zh")
    ? { name: "林美兰", title: "周日茶会", line: "龙井到了，四点来喝茶吧。", file: "茶单.pdf" }
    : {
        name: "Meilan",
        title: "Tea on Sunday",
        line: "The longjing is here, come at four.",
        file: "menu.pdf",
      };
  return { locale, ...SHARED, ...words };
}
