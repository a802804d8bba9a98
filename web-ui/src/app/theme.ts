export type Theme = 'system' | 'light' | 'dark';
const KEY = 'souk.theme';

export function theme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(next: Theme) {
  localStorage.setItem(KEY, next);
  startTheme();
}

/** The style sheets follow the device unless the page says otherwise. */
export function startTheme() {
  const wanted = theme();
  if (wanted === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}
