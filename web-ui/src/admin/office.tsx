import { useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, Route, Routes, useLocation } from 'react-router';
import {
  Boxes,
  CreditCard,
  LayoutDashboard,
  Mail,
  MailWarning,
  Package,
  ReceiptText,
  Settings as SettingsIcon,
  ShieldCheck,
  Store,
  Users,
} from 'lucide-react';
import { refresh, useSession } from '@/api/session';
import { Login } from '@/shop/pages/login';
import { NotFound } from '@/shop/pages/trouble';
import { Announcer } from '@/ui/announcer';
import { Empty, Loading } from '@/ui/state';
import { Customers } from './customers';
import { Dashboard as Overview } from './dashboard';
import { DeadLetters } from './dead-letters';
import { ImportProducts } from './import';
import { Inventory, StockRoom } from './inventory';
import { Bounces, Messages, Templates } from './messages';
import { OrderDetail, Orders } from './orders';
import { useOffice } from './parts';
import { Invoices, Payments } from './payments';
import { ProductEditor } from './product-editor';
import { Products } from './products';
import { Reconciliations } from './reconciliation';
import { Settings } from './settings';
import { addWords } from './words';
import './office.css';

addWords();

const ROOMS = [
  ['', 'dashboard', LayoutDashboard],
  ['orders', 'orders', ReceiptText],
  ['products', 'products', Package],
  ['inventory', 'inventory', Boxes],
  ['customers', 'customers', Users],
  ['payments', 'payments', CreditCard],
  ['messages', 'messages', Mail],
  ['dead-letters', 'deadLetters', MailWarning],
  ['staff', 'staff', ShieldCheck],
  ['settings', 'settings', SettingsIcon],
] as const;

export function Office() {
  const { t } = useOffice();
  const { known, user, staff } = useSession();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone the rooms are wider than the screen.
  useEffect(() => {
    nav.current?.querySelector('.active')?.scrollIntoView?.({ block: 'nearest', inline: 'center' });
  }, [pathname, staff]);
  useEffect(() => {
    if (!known) void refresh();
  }, [known]);
  if (!known) return <Loading />;
  if (!user) return <Login next="/admin" />;
  if (!staff)
    return (
      <Empty page title={t('noAccess')} text={t('noAccessText')}>
        <Link className="button" to="/">
          {t('toShop')}
        </Link>
      </Empty>
    );
  return (
    <div className="office">
      <header className="office-side">
        <Link to="/admin" className="logo">
          <img src="/favicon.svg" alt="" width="30" height="30" />
          <span>Souk</span>
        </Link>
        <nav ref={nav} aria-label={t('rooms')}>
          {ROOMS.map(([path, word, Icon]) => (
            <NavLink key={word} to={`/admin/${path}`.replace(/\/$/, '')} end={path === ''}>
              <Icon aria-hidden size={18} /> {t(word)}
            </NavLink>
          ))}
          <Link to="/">
            <Store aria-hidden size={18} /> {t('toShop')}
          </Link>
        </nav>
      </header>
      <main className="office-main" id="content">
        <Outlet />
      </main>
      <Announcer />
    </div>
  );
}

export const Dashboard = Overview;

export function Rooms() {
  return (
    <Routes>
      <Route path="orders" element={<Orders />} />
      <Route path="orders/:id" element={<OrderDetail />} />
      <Route path="products" element={<Products />} />
      <Route path="products/import" element={<ImportProducts />} />
      <Route path="products/:id" element={<ProductEditor />} />
      <Route path="inventory" element={<Inventory />} />
      <Route path="inventory/:sku" element={<StockRoom />} />
      <Route path="customers" element={<Customers key="customers" />} />
      <Route path="staff" element={<Customers key="staff" staff />} />
      <Route path="payments" element={<Payments />} />
      <Route path="payments/invoices" element={<Invoices />} />
      <Route path="payments/reconciliation" element={<Reconciliations />} />
      <Route path="messages" element={<Messages />} />
      <Route path="messages/bounces" element={<Bounces />} />
      <Route path="messages/templates/:kind?" element={<Templates />} />
      <Route path="dead-letters" element={<DeadLetters />} />
      <Route path="settings" element={<Settings />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
