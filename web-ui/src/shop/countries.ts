/** Where the shop sends things to first of all: names come from Intl in the reader's language. */
const CODES =
  'AT AU BE BG CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT JP LI LT LU LV MA MT NL NO NZ PL PT RO SE SG SI SK TN TR US'.split(
    ' ',
  );

export function countries(language: string): { code: string; name: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  return CODES.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) =>
    a.name.localeCompare(b.name, language),
  );
}

/** The country of the browser's locale, where it says one that the shop knows. */
export function likelyCountry(): string {
  for (const tag of navigator.languages) {
    const region = new Intl.Locale(tag).region;
    if (region && CODES.includes(region)) return region;
  }
  return 'US';
}
