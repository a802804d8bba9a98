import { Link, useNavigate } from 'react-router';
import { Menu, MenuButton, MenuItem, MenuProvider, MenuSeparator } from '@ariakit/react';
import { User as UserIcon } from 'lucide-react';
import { useI18n } from '@/i18n';

type Props = { name: string; staff: boolean; signOut: () => Promise<void> };

export function SignedInMenu({ name, staff, signOut }: Props) {
  const { t } = useI18n();
  const navigate = useNavigate();
  return (
    <MenuProvider>
      <MenuButton className="icon-button">
        <UserIcon aria-hidden />
        <span className="hidden">{t('nav.menu')}: </span>
        <span className="wide-only">{name.split(' ')[0]}</span>
      </MenuButton>
      <Menu className="menu" gutter={8} portal>
        <MenuItem render={<Link to="/account" />}>{t('nav.orders')}</MenuItem>
        {staff && <MenuItem render={<Link to="/admin" />}>{t('nav.office')}</MenuItem>}
        <MenuSeparator />
        <MenuItem onClick={() => void signOut().then(() => navigate('/'))}>
          {t('nav.signOut')}
        </MenuItem>
      </Menu>
    </MenuProvider>
  );
}
