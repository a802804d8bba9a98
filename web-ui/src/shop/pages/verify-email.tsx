import { Link } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { api, take } from '@/api/client';
import { isProblem } from '@/api/problem';
import { accessToken, changeUser, useSession } from '@/api/session';
import { useI18n } from '@/i18n';
import { Failed, Loading } from '@/ui/state';
import { ResendLink } from '../email-panel';
import { useLinkToken } from '../link-token';
import { Outcome } from '../outcome';

type Outcomes = 'confirmed' | 'worthless' | 'taken';

async function follow(token: string): Promise<Outcomes> {
  if (!token) return 'worthless';
  try {
    await take(api.POST('/api/v1/auth/verify-email', { body: { token } }));
    return 'confirmed';
  } catch (error) {
    if (isProblem(error, 'email_taken')) return 'taken';
    if (isProblem(error) && error.status === 422) return 'worthless';
    throw error;
  }
}

/** Confirms the address, and brings what the pages know of the account up to date. */
async function confirmAddress(token: string): Promise<Outcomes> {
  const outcome = await follow(token);
  if (await accessToken()) changeUser(await take(api.GET('/api/v1/users/profile')));
  return outcome;
}

function NextStep({ signedIn, next }: { signedIn: boolean; next: string }) {
  const { t } = useI18n();
  return (
    <Link
      className="button primary"
      to={signedIn ? '/account' : `/login?next=${encodeURIComponent(next)}`}
    >
      {t(signedIn ? 'account.title' : 'auth.login')}
    </Link>
  );
}

/** Where the links of "confirm your address" and of a change of address lead. */
export function VerifyEmail() {
  const { t } = useI18n();
  const token = useLinkToken();
  const { known, user } = useSession();
  // A link works once, so it is followed once.
  const { data, error, refetch } = useQuery({
    queryKey: ['verify-email', token],
    queryFn: () => confirmAddress(token),
    staleTime: Infinity,
    retryOnMount: false,
  });
  const step = <NextStep signedIn={!!user} next="/account" />;
  if (error)
    return (
      <Outcome title={t('mail.verifying')}>
        <Failed error={error} retry={() => void refetch()} />
      </Outcome>
    );
  if (!data || !known) return <Loading />;
  if (data === 'taken')
    return (
      <Outcome title={t('mail.worthless')} text={t('mail.taken')}>
        {step}
      </Outcome>
    );
  if (data === 'confirmed')
    return (
      <Outcome good title={t('mail.verified')} text={t('mail.verifiedLead')}>
        {step}
        <Link className="button" to="/">
          {t('error.home')}
        </Link>
      </Outcome>
    );
  if (user?.email_verified)
    return (
      <Outcome good title={t('mail.already')} text={t('mail.alreadyLead', { email: user.email })}>
        {step}
      </Outcome>
    );
  return (
    <Outcome
      title={t('mail.worthless')}
      text={t(user ? 'mail.worthlessLead' : 'mail.worthlessGuest')}
    >
      {user ? (
        <ResendLink email={user.email} />
      ) : (
        <NextStep signedIn={false} next="/account/verify-email" />
      )}
    </Outcome>
  );
}
