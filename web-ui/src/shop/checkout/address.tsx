import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { addresses } from '@/api/queries';
import { useSession } from '@/api/session';
import { useI18n } from '@/i18n';
import { Field } from '@/ui/field';
import { countries } from '../countries';
import { fromAddress } from './draft';
import type { Draft, Problems } from './draft';

export type FormProps = {
  draft: Draft;
  set: (changes: Draft) => void;
  fields: Problems;
};

const oneLine = ({ label, address }: Schemas['SavedAddress']) =>
  [label, address.full_name, address.line1, `${address.postal_code} ${address.city}`]
    .filter(Boolean)
    .join(', ');

/** An account's saved addresses; the default one fills an empty form. */
function Saved({ draft, set }: FormProps) {
  const { t } = useI18n();
  const { data } = useQuery(addresses);
  const offered = useRef(false);
  useEffect(() => {
    if (!data || offered.current) return;
    offered.current = true;
    const first = data.find((each) => each.is_default) ?? data[0];
    if (first && !draft.line1) set({ ...fromAddress(first.address), saved: first.id });
  }, [data, draft.line1, set]);
  if (!data?.length) return null;
  return (
    <label className="field">
      {t('checkout.saved')}
      <select
        value={draft.saved ?? ''}
        onChange={({ target }) => {
          const chosen = data.find((each) => each.id === target.value);
          set(
            chosen
              ? { ...fromAddress(chosen.address), saved: chosen.id }
              : { line1: '', line2: '', city: '', region: '', postal_code: '', saved: '' },
          );
        }}
      >
        {data.map((each) => (
          <option key={each.id} value={each.id}>
            {oneLine(each)}
          </option>
        ))}
        <option value="">{t('checkout.otherAddress')}</option>
      </select>
    </label>
  );
}

/** Who orders without an account is asked for an address to write to. */
export function Contact({ draft, set, fields }: FormProps) {
  const { t } = useI18n();
  return (
    <fieldset className="panel">
      <legend>{t('checkout.contact')}</legend>
      <p className="quiet">
        {t('checkout.haveAccount')} <Link to="/login?next=%2Fcheckout">{t('checkout.signIn')}</Link>
      </p>
      <Field
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="email"
        maxLength={254}
        hint={t('checkout.emailHint')}
        value={draft.email ?? ''}
        onChange={(event) => set({ email: event.target.value })}
        aria-required
        {...(fields.email && { problem: fields.email })}
      />
    </fieldset>
  );
}

/** The fields of an address, for the till and for the address book. */
export function AddressFields({ draft, set, fields }: FormProps) {
  const { t, language } = useI18n();
  const input = (name: string, autoComplete: string, needed = true) => ({
    name,
    autoComplete: `shipping ${autoComplete}`,
    value: draft[name] ?? '',
    maxLength: 200,
    onChange: (event: { target: HTMLInputElement }) => set({ [name]: event.target.value }),
    'aria-required': needed,
    ...(fields[name] && { problem: fields[name] }),
  });
  return (
    <>
      <Field label={t('checkout.name')} {...input('full_name', 'name')} />
      <Field label={t('checkout.line1')} {...input('line1', 'address-line1')} />
      <Field label={t('checkout.line2')} {...input('line2', 'address-line2', false)} />
      <div className="columns">
        <Field
          label={t('checkout.postal')}
          {...input('postal_code', 'postal-code')}
          maxLength={20}
        />
        <Field label={t('checkout.city')} {...input('city', 'address-level2')} />
      </div>
      <div className="columns">
        <Field label={t('checkout.region')} {...input('region', 'address-level1', false)} />
        <label className="field">
          {t('checkout.country')}
          <select
            name="country"
            autoComplete="shipping country"
            value={draft.country}
            onChange={(event) => set({ country: event.target.value })}
          >
            {countries(language).map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </>
  );
}

export function DeliveryAddress(props: FormProps) {
  const { t } = useI18n();
  const { account } = useSession();
  const { draft, set } = props;
  return (
    <fieldset className="panel">
      <legend>{t('checkout.address')}</legend>
      {account && <Saved {...props} />}
      <AddressFields {...props} />
      {account && !draft.saved && (
        <label className="option">
          <input
            type="checkbox"
            checked={draft.keep === 'yes'}
            onChange={(event) => set({ keep: event.target.checked ? 'yes' : '' })}
          />
          <span>{t('checkout.keepAddress')}</span>
        </label>
      )}
    </fieldset>
  );
}
