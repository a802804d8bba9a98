import { useState } from 'react';
import type { FormEvent } from 'react';
import { api, take } from '@/api/client';
import { isProblem } from '@/api/problem';
import { changeUser, signedIn } from '@/api/session';
import type { User } from '@/api/session';
import { useI18n } from '@/i18n';
import { announce } from '@/ui/announcer';
import { Field } from '@/ui/field';

export function Profile({ user }: { user: User }) {
  const { t } = useI18n();
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const phone = String(form.get('phone')).replace(/[\s()-]/g, '');
    const full_name = String(form.get('full_name')).trim();
    setProblem('');
    try {
      // The platform takes what is named and leaves the rest as it is.
      const body = { full_name, ...(phone && { phone }) } as {
        full_name: string;
        phone: string;
        locale: string;
      };
      changeUser(await take(api.PUT('/api/v1/users/profile', { body })));
      announce(t('account.saved'));
    } catch (error) {
      const phoneProblem = isProblem(error) && error.fields.some((each) => each.field === 'phone');
      setProblem(phoneProblem ? t('account.invalidPhone') : (error as Error).message);
    }
  };
  return (
    <form className="panel" onSubmit={(event) => void submit(event)}>
      <h2>{t('account.profile')}</h2>
      <Field
        label={t('auth.name')}
        name="full_name"
        defaultValue={user.full_name}
        required
        maxLength={200}
        autoComplete="name"
      />
      <Field
        label={t('account.phone')}
        name="phone"
        type="tel"
        defaultValue={user.phone ?? ''}
        hint={t('account.phoneHint')}
        autoComplete="tel"
        {...(problem && { problem })}
      />
      <button type="submit" className="button">
        {t('account.save')}
      </button>
    </form>
  );
}

export function Password() {
  const { t } = useI18n();
  const [problem, setProblem] = useState('');
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = new FormData(form);
    setProblem('');
    try {
      const session = await take(
        api.POST('/api/v1/auth/password', {
          body: {
            current_password: String(text.get('current')),
            new_password: String(text.get('next')),
          },
        }),
      );
      // Its answer carries a refresh token that this page keeps nowhere: a cookie takes its place.
      const renewed = await take(
        api.POST('/api/v1/auth/refresh', {
          body: { refresh_token: session.refresh_token, use_cookie: true },
        }),
      );
      signedIn(renewed);
      form.reset();
      announce(t('account.passwordSaved'));
    } catch (error) {
      setProblem(
        isProblem(error, 'invalid_credentials') ? t('auth.wrong') : (error as Error).message,
      );
    }
  };
  return (
    <form className="panel" onSubmit={(event) => void submit(event)}>
      <h2>{t('account.password')}</h2>
      <Field
        label={t('account.current')}
        name="current"
        type="password"
        required
        autoComplete="current-password"
        {...(problem && { problem })}
      />
      <Field
        label={t('account.next')}
        name="next"
        type="password"
        required
        minLength={8}
        maxLength={128}
        autoComplete="new-password"
        hint={t('auth.passwordHint')}
      />
      <button type="submit" className="button">
        {t('account.save')}
      </button>
    </form>
  );
}
