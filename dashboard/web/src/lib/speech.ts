/** One language's words, numbers and plurals. Pure: the file and the language are given. */

export type Params = Record<string, string | number>;
export type Messages = Readonly<Record<string, string>>;

export interface Speech {
  has(key: string): boolean;
  t(key: string, params?: Params): string;
  counted(key: string, n: number): string;
  number(value: number, digits?: number): string;
}

/**
 * `locale` says how numbers and plurals go (BCP 47). `strict`: a missing word is an error, as in tests;
 * otherwise its key is shown, so that nothing breaks in front of a person.
 */
export function speech(messages: Messages, locale: string, strict: boolean): Speech {
  const plural = new Intl.PluralRules(locale);
  const any = new Intl.NumberFormat(locale, { useGrouping: "min2" });

  const has = (key: string) => Object.hasOwn(messages, key);

  function missing(key: string): string {
    if (strict) throw new Error(`no words for ${key}`);
    return key;
  }

  /** Years and hundreds stay as they are; from 10 000 on figures are grouped. */
  function number(value: number, digits?: number): string {
    if (digits === undefined) return any.format(value);
    return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }

  function t(key: string, params: Params = {}): string {
    const text = messages[key];
    if (text === undefined) return missing(key);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name];
      if (value === undefined) return missing(`${key} {${name}}`);
      return typeof value === "number" ? number(value) : value;
    });
  }

  /** `key.few`, `key.many` … as the language counts; where it has no such words, `key.other`. */
  function counted(key: string, n: number): string {
    const exact = `${key}.${plural.select(n)}`;
    return t(has(exact) ? exact : `${key}.other`, { n });
  }

  return { has, t, counted, number };
}

/** The first wanted language that there are words for: `pt-BR` before `pt`, and `pt` where there is no `pt-BR`. */
export function chosen(there: readonly string[], wanted: readonly string[], otherwise: string): string {
  for (const tag of wanted) {
    const parts = tag.toLowerCase().split("-");
    for (let n = parts.length; n > 0; n -= 1) {
      const found = there.find((one) => one.toLowerCase() === parts.slice(0, n).join("-"));
      if (found) return found;
    }
  }
  return otherwise;
}

/** The browser's own variety of a language, for dates and numbers: `en-GB` for `en`. */
export function localeOf(language: string, wanted: readonly string[]): string {
  const own = wanted.find((tag) => `${tag.toLowerCase()}-`.startsWith(`${language.toLowerCase()}-`));
  return own !== undefined && Intl.DateTimeFormat.supportedLocalesOf([own]).length > 0 ? own : language;
}
