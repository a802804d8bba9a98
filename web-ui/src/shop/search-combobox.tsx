import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { Combobox, ComboboxItem, ComboboxPopover, ComboboxProvider } from '@ariakit/react';
import { shelf } from '@/api/queries';
import { useI18n } from '@/i18n';
import { formatMoney } from '@/ui/money';
import { Picture, pictureOf } from './picture';

/** The words after nobody has typed for a moment: not every letter is a question. */
function useSettled(text: string) {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 180);
    return () => clearTimeout(timer);
  }, [text]);
  return useDeferredValue(settled);
}

export type SuggestingProps = {
  words: string;
  setWords: (words: string) => void;
  all: string;
  typed: boolean;
  focused: boolean;
};

/** The search field with suggestions. It takes the place of a plain one, with its words and its focus. */
export function SearchCombobox({ words, setWords, all, typed, focused }: SuggestingProps) {
  const { t, locale } = useI18n();
  const navigate = useNavigate();
  // What was typed before this came wants suggestions, too.
  const [open, setOpen] = useState(typed && focused);
  const settled = useSettled(words.trim());
  const { data } = useQuery({
    ...shelf({ query: settled }, 5),
    enabled: settled.length > 1 && open,
  });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);
  const go = (address: string) => {
    setOpen(false);
    void navigate(address);
  };
  return (
    <ComboboxProvider
      resetValueOnHide={false}
      resetValueOnSelect={false}
      value={words}
      setValue={setWords}
      open={open && settled.length > 1 && !!data}
      setOpen={setOpen}
    >
      <Combobox
        ref={input}
        placeholder={t('nav.searchHint')}
        aria-label={t('nav.search')}
        autoSelect={false}
        onKeyDown={(event) => {
          // Without a suggestion chosen by the arrow keys, the words themselves are asked for.
          if (event.key !== 'Enter' || event.currentTarget.getAttribute('aria-activedescendant'))
            return;
          event.preventDefault();
          if (words.trim()) go(all);
        }}
        enterKeyHint="search"
        maxLength={200}
      />
      <ComboboxPopover className="suggestions" gutter={6} sameWidth aria-label={t('nav.search')}>
        {data?.map((product) => (
          <ComboboxItem
            key={product.id}
            value={product.name}
            setValueOnClick={false}
            className="suggestion"
            onClick={() => go(`/p/${product.slug}`)}
          >
            <Picture image={pictureOf(product)} alt="" size={44} />
            <span>{product.name}</span>
            <span className="price">{formatMoney(product.price, locale)}</span>
          </ComboboxItem>
        ))}
        <ComboboxItem
          className="suggestion all"
          value={words}
          setValueOnClick={false}
          onClick={() => go(all)}
        >
          {data?.length ? t('nav.allResults', { query: words.trim() }) : t('nav.noSuggestions')}
        </ComboboxItem>
      </ComboboxPopover>
    </ComboboxProvider>
  );
}
