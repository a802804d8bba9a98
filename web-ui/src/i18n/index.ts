import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import de from './de';
import en from './en';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
const KEY = 'souk.language';

// In the first chunk: 3 kB each are there sooner than what has to be asked for after it.
const resources: Record<Language, { shop: object }> = { en: { shop: en }, de: { shop: de } };

const isLanguage = (word: string | null | undefined): word is Language =>
  !!word && word in LANGUAGES;

/** What was chosen here before, else the browser's, else English. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';
}

export async function changeLanguage(language: Language) {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export async function startLanguages() {
  const language = firstLanguage();
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: language,
    defaultNS: 'shop',
    ns: ['shop'],
    resources,
    interpolation: { escapeValue: false }, // React does
    returnNull: false,
  });
}

/** Translations with the locale that Intl formats by: the browser's variant of the chosen language. */
export function useI18n() {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Language;
  const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
  return { t, language, locale };
}
