import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Dialog, DialogHeading } from '@ariakit/react';
import { api, newKey, take } from '@/api/client';
import type { Schemas } from '@/api/client';
import { isProblem } from '@/api/problem';
import { addresses } from '@/api/queries';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { Field, focusFirstProblem } from '@/ui/field';
import { Empty, Failed, Loading } from '@/ui/state';
import { AddressFields } from '../checkout/address';
import { addressOf, fromAddress, NEEDED } from '../checkout/draft';
import type { Draft, Problems } from '../checkout/draft';
import { likelyCountry } from '../countries';
import { AddressLines } from '../order-parts';

type Saved = Schemas['SavedAddress'];

const refresh = () => queries.invalidateQueries({ queryKey: addresses.queryKey });

function Editor({ saved, close }: { saved?: Saved; close: () => void }) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<Draft>((): Draft =>
    saved
      ? { ...fromAddress(saved.address), label: saved.label }
      : { country: likelyCountry(), label: '' },
  );
  const [fields, setFields] = useState<Problems>({});
  const [key] = useState(newKey);
  const set = (changes: Draft) => setDraft((old) => ({ ...old, ...changes }));
  const save = useMutation({
    mutationFn: () => {
      const body = {
        label: (draft.label ?? '').trim(),
        address: addressOf(draft),
        is_default: saved?.is_default ?? false,
      };
      return saved
        ? take(
            api.PUT('/api/v1/users/addresses/{id}', { params: { path: { id: saved.id } }, body }),
          )
        : take(
            api.POST('/api/v1/users/addresses', {
              params: { header: { 'Idempotency-Key': key } },
              body,
            }),
          );
    },
    onSuccess: async () => {
      announce(t('account.saved'));
      await refresh();
      close();
    },
    onError: (error) => {
      if (!isProblem(error)) return;
      setFields(
        Object.fromEntries(
          error.fields.map((each) => [each.field.replace(/^address\./, ''), each.message]),
        ),
      );
      focusFirstProblem(form.current);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const missing = NEEDED.filter((name) => !draft[name]?.trim());
    setFields(Object.fromEntries(missing.map((name) => [name, t('auth.required')])));
    if (missing.length > 0) focusFirstProblem(form.current);
    else save.mutate();
  };
  return (
    <form className="stack" ref={form} onSubmit={submit} noValidate>
      <Field
        label={t('account.addressLabel')}
        value={draft.label ?? ''}
        maxLength={50}
        onChange={(event) => set({ label: event.target.value })}
        {...(fields.label && { problem: fields.label })}
      />
      <AddressFields draft={draft} set={set} fields={fields} />
      {save.error && Object.keys(fields).length === 0 && <Failed error={save.error} />}
      <div className="row end">
        <button type="button" className="button" onClick={close}>
          {t('common.close')}
        </button>
        <button type="submit" className="button primary" disabled={save.isPending}>
          {t('account.save')}
        </button>
      </div>
    </form>
  );
}

function Card({ saved, edit }: { saved: Saved; edit: () => void }) {
  const { t } = useI18n();
  const path = { path: { id: saved.id } };
  const name = saved.label || saved.address.line1;
  const act = useMutation({
    mutationFn: (what: () => Promise<unknown>) => what(),
    onSettled: refresh,
  });
  const makeDefault = () =>
    take(
      api.PUT('/api/v1/users/addresses/{id}', {
        params: path,
        body: { label: saved.label, address: saved.address, is_default: true },
      }),
    );
  const remove = () => take(api.DELETE('/api/v1/users/addresses/{id}', { params: path }));
  return (
    <li className="panel">
      <div className="row">
        {saved.label && <h2>{saved.label}</h2>}
        {saved.is_default && <span className="status">{t('account.default')}</span>}
      </div>
      <AddressLines address={saved.address} />
      <div className="row">
        <button
          type="button"
          className="button small"
          onClick={edit}
          aria-label={`${t('account.edit')}: ${name}`}
        >
          {t('account.edit')}
        </button>
        {!saved.is_default && (
          <button
            type="button"
            className="button small"
            disabled={act.isPending}
            onClick={() => act.mutate(makeDefault)}
            aria-label={`${t('account.makeDefault')}: ${name}`}
          >
            {t('account.makeDefault')}
          </button>
        )}
        <button
          type="button"
          className="button small"
          disabled={act.isPending}
          onClick={() => act.mutate(remove)}
          aria-label={`${t('account.remove')}: ${name}`}
        >
          {t('account.remove')}
        </button>
      </div>
    </li>
  );
}

/** Where things go: offered at the till, the default one first. */
export function Addresses() {
  const { t } = useI18n();
  const { data, error, refetch } = useQuery(addresses);
  const [open, setOpen] = useState<Saved | 'new' | null>(null);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const close = () => setOpen(null);
  return (
    <>
      {data.length === 0 ? (
        <Empty title={t('account.noAddresses')} text={t('account.noAddressesText')} />
      ) : (
        <ul className="address-book">
          {data.map((saved) => (
            <Card key={saved.id} saved={saved} edit={() => setOpen(saved)} />
          ))}
        </ul>
      )}
      <div className="row centre">
        <button type="button" className="button primary" onClick={() => setOpen('new')}>
          {t('account.addAddress')}
        </button>
      </div>
      <Dialog
        className="dialog"
        open={open !== null}
        onClose={close}
        unmountOnHide
        backdrop={<div className="backdrop" />}
      >
        <DialogHeading>{t(open === 'new' ? 'account.addAddress' : 'account.edit')}</DialogHeading>
        {open && <Editor {...(open !== 'new' && { saved: open })} close={close} />}
      </Dialog>
    </>
  );
}
