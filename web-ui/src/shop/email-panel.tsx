import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import { isProblem } from '@/api/problem';
import type { User } from '@/api/session';
import { useI18n } from '@/i18n';
import { Field, focusFirstProblem } from '@/ui/field';

/** Asks for another mail with a link; says so where several are on their way already. */
export function ResendLink({ email }: { email: string }) {
  const { t } = useI18n();
  const resend = useMutation({
    mutationFn: () => take(api.POST('/api/v1/auth/verify-email/resend', { body: {} })),
  });
  const tooMany = isProblem(resend.error, 'rate_limited') && t('mail.tooMany');
  return (
    <div className="stack">
      {!resend.isSuccess && (
        <button
          type="button"
          className="button"
          disabled={resend.isPending}
          onClick={() => resend.mutate()}
        >
          {t('mail.resend')}
        </button>
      )}
      <p aria-live="polite" className={resend.isError ? 'field-problem' : ''}>
        {resend.isSuccess ? t('mail.resent', { email }) : tooMany || resend.error?.message}
      </p>
    </div>
  );
}

type Problems = { email?: string; password?: string; form?: string };

/** What the platform says against a change of address, at the field that it is about. */
function useRefusal() {
  const { t } = useI18n();
  return (error: unknown): Problems => {
    if (isProblem(error, 'invalid_credentials')) return { password: t('mail.wrongPassword') };
    if (isProblem(error, 'rate_limited')) return { form: t('mail.tooMany') };
    const about = isProblem(error) && error.fields.find((each) => each.field === 'email');
    if (about) return { email: about.code === 'not_allowed' ? t('mail.same') : t('auth.badEmail') };
    return { form: (error as Error).message };
  };
}

function ChangeEmail({ done }: { done: (email: string) => void }) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal();

  const refuse = (found: Problems) => {
    setProblems(found);
    focusFirstProblem(form.current);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget);
    const email = String(text.get('email')).trim();
    const password = String(text.get('password'));
    if (!/^\S+@\S+$/.test(email)) return refuse({ email: t('auth.badEmail') });
    if (!password) return refuse({ password: t('auth.required') });
    setBusy(true);
    setProblems({});
    try {
      await take(api.POST('/api/v1/users/email', { body: { email, password } }));
      done(email);
    } catch (error) {
      refuse(refusal(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" ref={form} onSubmit={(event) => void submit(event)} noValidate>
      {problems.form && (
        <div className="notice bad" role="alert" tabIndex={-1}>
          {problems.form}
        </div>
      )}
      <Field
        label={t('mail.newAddress')}
        name="email"
        type="email"
        autoComplete="email"
        maxLength={254}
        {...(problems.email && { problem: problems.email })}
      />
      <Field
        label={t('account.current')}
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={128}
        {...(problems.password && { problem: problems.password })}
      />
      <button type="submit" className="button" disabled={busy}>
        {t('mail.change')}
      </button>
    </form>
  );
}

/** The account's address: whether it is confirmed, and how to move to another. */
export function EmailPanel({ user }: { user: User }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState('');
  return (
    <section className="panel" aria-labelledby="email-panel">
      <h2 id="email-panel">{t('auth.email')}</h2>
      <p>
        <strong>{user.email}</strong>
        <br />
        <span className="quiet">{t(user.email_verified ? 'mail.isGood' : 'mail.isOpen')}</span>
      </p>
      {!user.email_verified && <ResendLink email={user.email} />}
      {open ? (
        <ChangeEmail
          done={(email) => {
            setAsked(email);
            setOpen(false);
          }}
        />
      ) : (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t('mail.changeOpen')}
        </button>
      )}
      <p aria-live="polite">{asked && t('mail.changeAsked', { email: asked })}</p>
    </section>
  );
}
