import { useEffect, useRef } from 'react';
import { Navigate, NavLink, Outlet, useLocation, useOutletContext } from 'react-router';
import { useSession } from '@/api/session';
import type { User } from '@/api/session';
import { useI18n } from '@/i18n';
import { Loading } from '@/ui/state';
import { useTitle } from '@/ui/title';
import { Addresses } from '../account/addresses';
import { Inbox } from '../account/inbox';
import { Orders } from '../account/orders';
import { Preferences } from '../account/preferences';
import { Password, Profile } from '../account/profile';
import { Sessions } from '../account/sessions';
import { EmailPanel } from '../email-panel';
import '@/styles/account.css';

const ROOMS = [
  ['', 'orders'],
  ['messages', 'messages'],
  ['addresses', 'addresses'],
  ['profile', 'profile'],
  ['sessions', 'sessions'],
  ['preferences', 'preferences'],
] as const;

/** The pages of an account; a guest has none. */
export function Account() {
  const { t } = useI18n();
  const { known, account } = useSession();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  useTitle(t('account.title'));
  // On a phone the rooms are wider than the screen.
  useEffect(() => {
    nav.current?.querySelector('.active')?.scrollIntoView?.({ block: 'nearest', inline: 'center' });
  }, [pathname, known]);
  if (!known) return <Loading />;
  if (!account) return <Navigate to={`/login?next=${encodeURIComponent(pathname)}`} replace />;
  return (
    <div className="wrap page">
      <h1>{t('account.hello', { name: account.full_name.split(' ')[0] })}</h1>
      <nav className="rooms" ref={nav} aria-label={t('account.title')}>
        {ROOMS.map(([path, name]) => (
          <NavLink key={name} to={path} end>
            {t(`account.${name}`)}
          </NavLink>
        ))}
      </nav>
      <Outlet context={{ user: account }} />
    </div>
  );
}

const useAccount = () => useOutletContext<{ user: User }>().user;

function ProfileRoom() {
  const user = useAccount();
  return (
    <div className="halves">
      <Profile user={user} />
      <EmailPanel user={user} />
      <Password />
    </div>
  );
}

/** The rooms, as routes below /account. */
export const rooms = {
  orders: Orders,
  messages: Inbox,
  addresses: Addresses,
  profile: ProfileRoom,
  sessions: Sessions,
  preferences: Preferences,
};
