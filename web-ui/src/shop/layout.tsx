import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { Moon, ShoppingBag, Sun, User as UserIcon } from 'lucide-react';
import { api } from '@/api/client';
import { categories } from '@/api/queries';
import { refresh, signedOut, useSession } from '@/api/session';
import { queries } from '@/app/queries';
import { setTheme, theme } from '@/app/theme';
import type { Theme } from '@/app/theme';
import { changeLanguage, LANGUAGES, useI18n } from '@/i18n';
import type { Language } from '@/i18n';
import { Announcer } from '@/ui/announcer';
import { Loading } from '@/ui/state';
import { useCart } from './cart';
import { SearchBox } from './search-box';

// What opens on demand comes on demand.
const CartDrawer = lazy(async () => ({ default: (await import('./cart-drawer')).CartDrawer }));
const SignedInMenu = lazy(async () => ({ default: (await import('./account-menu')).SignedInMenu }));

async function signOut() {
  await api.POST('/api/v1/auth/logout', { body: {} }).catch(() => undefined);
  signedOut();
  queries.clear();
}

function AccountMenu() {
  const { t } = useI18n();
  const { account, staff } = useSession();
  if (!account) {
    return (
      <Link className="icon-button" to="/login" aria-label={t('nav.signIn')}>
        <UserIcon aria-hidden />
        <span className="wide-only">{t('nav.signIn')}</span>
      </Link>
    );
  }
  return (
    <Suspense fallback={<span className="icon-button" />}>
      <SignedInMenu name={account.full_name} staff={staff} signOut={signOut} />
    </Suspense>
  );
}

function Header({ openCart }: { openCart: () => void }) {
  const { t } = useI18n();
  const { count } = useCart();
  const { data } = useQuery(categories);
  return (
    <header className="header">
      <div className="header-row wrap">
        <Link to="/" className="logo">
          <img src="/favicon.svg" alt="" width="34" height="34" />
          <span>{t('shop.name')}</span>
        </Link>
        <SearchBox />
        <div className="header-tools">
          <AccountMenu />
          <button
            type="button"
            className="icon-button cart-button"
            onClick={openCart}
            aria-label={t('nav.cartCount', { count })}
          >
            <ShoppingBag aria-hidden />
            {count > 0 && <span className="badge-count">{count > 99 ? '99+' : count}</span>}
          </button>
        </div>
      </div>
      <nav className="categories" aria-label={t('nav.main')}>
        <ul className="wrap">
          <li>
            <NavLink to="/search" end>
              {t('nav.all')}
            </NavLink>
          </li>
          {(data ?? [])
            .flatMap((top) => [top, ...(top.children ?? [])])
            .map((category) => (
              <li key={category.id}>
                <NavLink to={`/c/${category.slug}`}>{category.name}</NavLink>
              </li>
            ))}
        </ul>
      </nav>
    </header>
  );
}

function Preferences() {
  const { t, language } = useI18n();
  const [colours, setColours] = useState(theme);
  const chosen = (next: Theme) => {
    setTheme(next);
    setColours(next);
  };
  return (
    <div className="preferences">
      <label>
        <span>{t('nav.language')}</span>
        <select
          value={language}
          onChange={(event) => void changeLanguage(event.target.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>
          {colours === 'dark' ? <Moon aria-hidden size={14} /> : <Sun aria-hidden size={14} />}{' '}
          {t('nav.theme')}
        </span>
        <select value={colours} onChange={(event) => chosen(event.target.value as Theme)}>
          {(['system', 'light', 'dark'] as const).map((each) => (
            <option key={each} value={each}>
              {t(`nav.${each}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Footer() {
  const { t } = useI18n();
  return (
    <footer className="footer">
      <div className="wrap footer-columns">
        <div>
          <p className="footer-name">{t('shop.name')}</p>
          <p>{t('footer.about')}</p>
          <p>{t('footer.made')}</p>
        </div>
        <nav aria-label={t('footer.shop')}>
          <h2>{t('footer.shop')}</h2>
          <Link to="/search">{t('nav.all')}</Link>
          <Link to="/account">{t('footer.account')}</Link>
        </nav>
        <nav aria-label={t('footer.help')}>
          <h2>{t('footer.help')}</h2>
          <a href="/docs">{t('footer.docs')}</a>
          <a href="/openapi.json">OpenAPI</a>
        </nav>
        <Preferences />
      </div>
    </footer>
  );
}

const onlineChanges = (changed: () => void) => {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
};

/** Without a network the service worker shows what was seen last, and the page says so. */
function OfflineNote() {
  const { t } = useI18n();
  const online = useSyncExternalStore(onlineChanges, () => navigator.onLine);
  return (
    <div role="status">{!online && <p className="offline-note">{t('error.lastSeen')}</p>}</div>
  );
}

export function Layout() {
  const { t } = useI18n();
  const { known } = useSession();
  const [cartOpen, setCartOpen] = useState(false);
  const [cartWanted, setCartWanted] = useState(false);
  const openCart = () => {
    setCartWanted(true);
    setCartOpen(true);
  };
  const { pathname } = useLocation();
  useEffect(() => {
    if (!known) void refresh();
  }, [known]);
  useEffect(() => setCartOpen(false), [pathname]);
  return (
    <>
      <a className="skip" href="#content">
        {t('nav.skip')}
      </a>
      <OfflineNote />
      <Header openCart={openCart} />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet context={{ openCart }} />
        </Suspense>
      </main>
      <Footer />
      {cartWanted && (
        <Suspense>
          <CartDrawer open={cartOpen} close={() => setCartOpen(false)} />
        </Suspense>
      )}
      <Announcer />
      <ScrollRestoration />
    </>
  );
}

export type LayoutContext = { openCart: () => void };
