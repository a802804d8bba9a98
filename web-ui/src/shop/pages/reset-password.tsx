import { useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Link } from 'react-router';
import { api, take } from '@/api/client';
import { isProblem } from '@/api/problem';
import { signedOut } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { Field, focusFirstProblem } from '@/ui/field';
import { useTitle } from '@/ui/title';
import { useLinkToken } from '../link-token';
import { Outcome } from '../outcome';

type Told = { field?: string; form?: string };

/** A form of one field: what is wrong with it, and whether it is on its way. */
function useOneField(send: (value: string) => Promise<void>, check: (value: string) => string) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [told, setTold] = useState<Told>({});
  const [busy, setBusy] = useState(false);
  const refuse = (found: Told) => {
    setTold(found);
    focusFirstProblem(form.current);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = String(new FormData(event.currentTarget).get('value'));
    const wrong = value.trim() ? check(value) : t('auth.required');
    if (wrong) return refuse({ field: wrong });
    setBusy(true);
    setTold({});
    try {
      await send(value);
    } catch (error) {
      const [first] = isProblem(error) ? error.fields : [];
      refuse(first ? { field: first.message } : { form: (error as Error).message });
    } finally {
      setBusy(false);
    }
  };
  return { form, told, busy, submit };
}

type OneField = ReturnType<typeof useOneField>;

function OneFieldForm({
  of,
  title,
  lead,
  children,
}: {
  of: OneField;
  title: string;
  lead: string;
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <div className="wrap page">
      <div className="auth">
        <img src="/demo/door.svg" alt="" width="420" height="560" />
        <form ref={of.form} onSubmit={(event) => void of.submit(event)} noValidate>
          <h1>{title}</h1>
          <p className="quiet">{lead}</p>
          {of.told.form && (
            <div className="notice bad" role="alert" tabIndex={-1}>
              {of.told.form}
            </div>
          )}
          {children}
        </form>
      </div>
    </div>
  );
}

/** Asks for the mail. The answer is the same whether anybody has this address. */
export function ForgotPassword() {
  const { t } = useI18n();
  const [asked, setAsked] = useState('');
  const of = useOneField(
    async (value) => {
      const email = value.trim();
      await take(api.POST('/api/v1/auth/password/forgot', { body: { email } }));
      setAsked(email);
    },
    (value) => (/^\S+@\S+$/.test(value.trim()) ? '' : t('auth.badEmail')),
  );
  if (asked)
    return (
      <Outcome good title={t('mail.asked')} text={t('mail.askedLead', { email: asked })}>
        <button type="button" className="button" onClick={() => setAsked('')}>
          {t('mail.askAgain')}
        </button>
      </Outcome>
    );
  return (
    <OneFieldForm of={of} title={t('mail.forgotTitle')} lead={t('mail.forgotLead')}>
      <Field
        label={t('auth.email')}
        name="value"
        type="email"
        autoComplete="email"
        maxLength={254}
        {...(of.told.field && { problem: of.told.field })}
      />
      <button type="submit" className="button primary wide" disabled={of.busy}>
        {t('mail.ask')}
      </button>
      <p className="centred">
        <Link to="/login">{t('auth.toLogin')}</Link>
      </p>
    </OneFieldForm>
  );
}

function NewPassword({ token, end }: { token: string; end: (how: 'done' | 'worthless') => void }) {
  const { t } = useI18n();
  const [shown, setShown] = useState(false);
  const of = useOneField(
    async (password) => {
      try {
        await take(api.POST('/api/v1/auth/password/reset', { body: { token, password } }));
      } catch (error) {
        const about = isProblem(error) && error.fields.some((each) => each.field === 'token');
        if (!about && !isProblem(error, 'invalid_link')) throw error;
        end('worthless');
        return;
      }
      signedOut(); // every session has ended, this browser's with them
      queries.clear();
      end('done');
    },
    (password) => ([...password].length < 8 ? t('auth.shortPassword') : ''),
  );
  return (
    <OneFieldForm of={of} title={t('mail.resetTitle')} lead={t('mail.resetLead')}>
      <Field
        label={t('account.next')}
        name="value"
        type={shown ? 'text' : 'password'}
        autoComplete="new-password"
        maxLength={128}
        hint={t('auth.passwordHint')}
        {...(of.told.field && { problem: of.told.field })}
      />
      <label className="option">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} />
        <span>{t('auth.show')}</span>
      </label>
      <button type="submit" className="button primary wide" disabled={of.busy}>
        {t('mail.reset')}
      </button>
    </OneFieldForm>
  );
}

/** Where the link of "choose a new password" leads. */
export function ResetPassword() {
  const { t } = useI18n();
  const token = useLinkToken();
  const [ended, setEnded] = useState<{ token: string; how: 'done' | 'worthless' }>();
  const how = ended?.token === token ? ended.how : undefined;
  if (how === 'done')
    return (
      <Outcome good title={t('mail.resetDone')} text={t('mail.resetDoneLead')}>
        <Link className="button primary" to="/login">
          {t('auth.login')}
        </Link>
      </Outcome>
    );
  if (how === 'worthless' || !token)
    return (
      <Outcome title={t('mail.worthless')} text={t('mail.resetWorthless')}>
        <Link className="button primary" to="/account/forgot-password">
          {t('mail.ask')}
        </Link>
      </Outcome>
    );
  return (
    <NewPassword key={token} token={token} end={(outcome) => setEnded({ token, how: outcome })} />
  );
}
