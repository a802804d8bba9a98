import { useEffect } from 'react';

/** The page's title and description, for the tab and for whoever indexes it. */
export function useTitle(title: string | undefined, description?: string) {
  useEffect(() => {
    if (title) document.title = `${title} · Souk`;
    if (description)
      document.querySelector('meta[name="description"]')?.setAttribute('content', description);
  }, [title, description]);
}
