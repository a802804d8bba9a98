import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { Link, Navigate, useSearchParams } from 'react-router';
import { api, take } from '@/api/client';
import { isProblem } from '@/api/problem';
import { signedIn, useSession } from '@/api/session';
import { queries } from '@/app/queries';
import { useI18n } from '@/i18n';
import { Field, focusFirstProblem } from '@/ui/field';
import { useTitle } from '@/ui/title';

/** Where to go afterwards: a path of this site and nothing else. */
function destination(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/account';
}

type Problems = Partial<Record<'email' | 'password' | 'full_name' | 'form', string>>;

function AuthForm({ register, next: wanted }: { register: boolean; next?: string }) {
  const { t, language } = useI18n();
  const { account, ended } = useSession();
  const [parameters] = useSearchParams();
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const next = destination(wanted ?? parameters.get('next'));
  const other = `${register ? '/login' : '/register'}?next=${encodeURIComponent(next)}`;
  useTitle(t(register ? 'auth.registerTitle' : 'auth.loginTitle'));
  if (account) return <Navigate to={next} replace />;

  const refuse = (found: Problems) => {
    setProblems(found);
    focusFirstProblem(form.current);
  };
  const check = (email: string, password: string, name: string): Problems => ({
    ...(!email
      ? { email: t('auth.required') }
      : !/^\S+@\S+$/.test(email) && { email: t('auth.badEmail') }),
    ...(!password
      ? { password: t('auth.required') }
      : register && [...password].length < 8 && { password: t('auth.shortPassword') }),
    ...(register && !name && { full_name: t('auth.required') }),
  });

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget);
    const email = String(text.get('email')).trim();
    const password = String(text.get('password'));
    const full_name = String(text.get('full_name') ?? '').trim();
    const found = check(email, password, full_name);
    if (Object.keys(found).length > 0) return refuse(found);
    setBusy(true);
    setProblems({});
    try {
      const use_cookie = true;
      const session = register
        ? await take(
            api.POST('/api/v1/auth/register', {
              body: { email, password, full_name, use_cookie, locale: language },
            }),
          )
        : await take(api.POST('/api/v1/auth/login', { body: { email, password, use_cookie } }));
      queries.removeQueries({ queryKey: ['orders'] });
      signedIn(session);
    } catch (error) {
      if (isProblem(error, 'invalid_credentials')) refuse({ form: t('auth.wrong') });
      else if (isProblem(error, 'email_taken')) refuse({ email: t('auth.taken') });
      else if (isProblem(error) && error.fields.length > 0)
        refuse(Object.fromEntries(error.fields.map((each) => [each.field, each.message])));
      else refuse({ form: (error as Error).message });
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="wrap page">
      <div className="auth">
        <img src="/demo/door.svg" alt="" width="420" height="560" />
        <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
          <h1>{t(register ? 'auth.registerTitle' : 'auth.loginTitle')}</h1>
          <p className="quiet">{t(register ? 'auth.registerLead' : 'auth.loginLead')}</p>
          {ended && !register && <p className="notice">{t('auth.ended')}</p>}
          {problems.form && (
            <div className="notice bad" role="alert" tabIndex={-1}>
              {problems.form}
            </div>
          )}
          {register && (
            <Field
              label={t('auth.name')}
              name="full_name"
              autoComplete="name"
              maxLength={200}
              {...(problems.full_name && { problem: problems.full_name })}
            />
          )}
          <Field
            label={t('auth.email')}
            name="email"
            type="email"
            autoComplete="email"
            maxLength={254}
            {...(problems.email && { problem: problems.email })}
          />
          <Field
            label={t('auth.password')}
            name="password"
            type={shown ? 'text' : 'password'}
            autoComplete={register ? 'new-password' : 'current-password'}
            maxLength={128}
            {...(register && { hint: t('auth.passwordHint') })}
            {...(problems.password && { problem: problems.password })}
          />
          <label className="option">
            <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} />
            <span>{t('auth.show')}</span>
          </label>
          <button type="submit" className="button primary wide" disabled={busy}>
            {t(register ? 'auth.register' : 'auth.login')}
          </button>
          {!register && (
            <p className="centred">
              <Link to="/account/forgot-password">{t('mail.forgot')}</Link>
            </p>
          )}
          <p className="centred">
            <Link to={other}>{t(register ? 'auth.toLogin' : 'auth.toRegister')}</Link>
          </p>
          {next === '/checkout' && (
            <p className="centred">
              <Link to="/checkout" state={{ guest: true }}>
                {t('auth.asGuest')}
              </Link>
            </p>
          )}
        </form>
      </div>
    </div>
  );
}

export const Login = ({ next }: { next?: string }) => (
  <AuthForm key="login" register={false} {...(next && { next })} />
);
export const Register = () => <AuthForm key="register" register />;
