import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { NavLink, useSearchParams } from 'react-router';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Dialog, DialogHeading } from '@ariakit/react';
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api/client';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { formatMoney } from '@/ui/money';
import { Failed, Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';

export function useOffice() {
  const { locale } = useI18n();
  const { t } = useTranslation('office');
  return {
    t,
    money: (money?: Money) => formatMoney(money, locale),
    percent: (share: number) =>
      new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    time: (text?: string) =>
      text
        ? new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
            new Date(text),
          )
        : '',
  };
}

/** A status of the platform as people read it: "partially_refunded" -> "Partially refunded". */
function useWord() {
  const { t } = useTranslation(['shop', 'office']);
  return (status: string, plain = status.replaceAll('_', ' ')) =>
    t([`status.${status}`, `office:state.${status}`], plain);
}

export function Word({ status }: { status: string }) {
  const word = useWord();
  const plain = status.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
  return <span className={`status ${status}`}>{word(status, plain)}</span>;
}

export function Heading({ title, children }: { title: string; children?: ReactNode }) {
  useTitle(title);
  return (
    <div className="office-head">
      <h1>{title}</h1>
      <div className="row">{children}</div>
    </div>
  );
}

/** Filters live in the address; another filter starts at the first page. */
export function useFilters() {
  const [parameters, setParameters] = useSearchParams();
  const setAll = (values: Record<string, string>) =>
    setParameters((old) => {
      const next = new URLSearchParams(old);
      if (!('page' in values)) next.delete('page');
      for (const [name, value] of Object.entries(values)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      return next;
    });
  const set = (name: string, value: string) => setAll({ [name]: value });
  const get = (name: string) => parameters.get(name) || undefined;
  /** The value where it is one of these. */
  const one = <T extends string>(name: string, all: readonly T[]) =>
    all.find((each) => each === get(name));
  return { get, one, set, setAll };
}

export const AVAILABILITY = ['in_stock', 'low_stock', 'out_of_stock'] as const;

/** Leaves out what is not asked for: the platform takes an empty filter for one. */
export const asked = <T extends object>(query: T) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

export function Choice({
  label,
  name,
  options,
  first,
}: {
  label: string;
  name: string;
  options: readonly string[];
  /** What is shown where nothing is chosen; without it that is all. */
  first?: string;
}) {
  const { t } = useOffice();
  const word = useWord();
  const filters = useFilters();
  return (
    <label className="sort">
      <span className="hidden">{label}</span>
      <select
        value={filters.get(name) ?? first ?? ''}
        onChange={(event) => filters.set(name, event.target.value)}
      >
        {first === undefined && <option value="">{t('all')}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {word(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Tabs({ label, rooms }: { label: string; rooms: [path: string, name: string][] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {rooms.map(([path, name], i) => (
        <NavLink key={path} to={path} end={i === 0}>
          {name}
        </NavLink>
      ))}
    </nav>
  );
}

/** From a day to a day. */
export function DaysFilter() {
  const { t } = useOffice();
  const filters = useFilters();
  return (['from', 'to'] as const).map((name) => (
    <label className="sort" key={name}>
      <span>{t(name)}</span>
      <input
        type="date"
        className="filter"
        value={filters.get(name) ?? ''}
        onChange={(event) => filters.set(name, event.target.value)}
      />
    </label>
  ));
}

export function SearchFilter({ name = 'query', label }: { name?: string; label: string }) {
  const filters = useFilters();
  return (
    <form
      className="row"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        filters.set(name, String(new FormData(event.currentTarget).get(name)).trim());
      }}
    >
      <input
        className="filter"
        name={name}
        key={filters.get(name)}
        defaultValue={filters.get(name)}
        placeholder={label}
        aria-label={label}
      />
    </form>
  );
}

type Page<T> = { items: T[]; next_page_token: string };
type Column<T> = [head: string, cell: (item: T) => ReactNode, end?: 'end'];

/** One page of a list of the platform as a table; the page's token is in the address. */
export function List<T>({
  name,
  load,
  columns,
  id,
  busy,
}: {
  name: string;
  load: (page?: string) => Promise<Page<T>>;
  columns: Column<T>[];
  id: (item: T) => string;
  /** Whether something on the page is still going on: then it is looked at more often. */
  busy?: (items: T[]) => boolean;
}) {
  const { t } = useOffice();
  const filters = useFilters();
  const [parameters] = useSearchParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['office', name, parameters.toString()],
    queryFn: () => load(filters.get('page')),
    refetchInterval: ({ state }) => (busy?.(state.data?.items ?? []) ? 1000 : 15_000),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const items = data.items ?? [];
  return (
    <>
      {/* A table that is wider than the screen is scrolled by keyboard, too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="table" role="region" aria-label={name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map(([head, , end]) => (
                <th key={head} scope="col" className={end}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={id(item)}>
                {columns.map(([head, cell, end]) => (
                  <td key={head} className={end} data-label={head}>
                    {cell(item)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {items.length === 0 && <p className="quiet nothing">{t('none')}</p>}
      </div>
      <div className="row end pages">
        {filters.get('page') && (
          <button type="button" className="button small" onClick={() => filters.set('page', '')}>
            {t('first')}
          </button>
        )}
        {data.next_page_token && (
          <button
            type="button"
            className="button small"
            onClick={() => filters.set('page', data.next_page_token)}
          >
            {t('next')}
          </button>
        )}
      </div>
    </>
  );
}

/** Something that staff does: afterwards everything that is shown is asked for anew. */
export function useAct() {
  const { t } = useOffice();
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => {
      announce(t('done'));
      void queries.invalidateQueries();
    },
  });
}

type DialogProps = {
  label: string;
  className?: string;
  children?: ReactNode;
  submit: (text: (name: string) => string) => Promise<unknown>;
  /** What a screen reader says of the button, where several look alike. */
  about?: string;
};

/** A button that asks for what it needs, does it, and says in the dialog what the platform refused. */
export function ActDialog({ label, about, className, children, submit }: DialogProps) {
  const { t } = useOffice();
  const [open, setOpen] = useState(false);
  const act = useAct();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    act.mutate(() => submit((name) => String(form.get(name) ?? '').trim()), {
      onSuccess: () => setOpen(false),
    });
  };
  return (
    <>
      <button
        type="button"
        className={`button small ${className ?? ''}`}
        {...(about && { 'aria-label': `${label}: ${about}` })}
        onClick={() => {
          act.reset();
          setOpen(true);
        }}
      >
        {label}
      </button>
      <Dialog
        className="dialog"
        open={open}
        onClose={() => setOpen(false)}
        unmountOnHide
        backdrop={<div className="backdrop" />}
      >
        <DialogHeading>{label}</DialogHeading>
        <form className="stack" onSubmit={send}>
          {children}
          {act.error && <Failed error={act.error} />}
          <div className="row end">
            <button type="button" className="button" onClick={() => setOpen(false)}>
              {t('dismiss')}
            </button>
            <button
              type="submit"
              className={`button primary ${className ?? ''}`}
              disabled={act.isPending}
            >
              {label}
            </button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
