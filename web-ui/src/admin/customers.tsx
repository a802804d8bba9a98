import { Link } from 'react-router';
import { api, newKey, take } from '@/api/client';
import type { User } from '@/api/session';
import { ActDialog, Choice, Heading, List, SearchFilter, useFilters, useOffice } from './parts';

const ROLES = ['customer', 'staff', 'admin'] as const;

function Actions({ user }: { user: User }) {
  const { t } = useOffice();
  const params = { path: { id: user.id }, header: { 'Idempotency-Key': newKey() } };
  return (
    <div className="row end">
      <ActDialog
        label={t('roles')}
        about={user.full_name}
        submit={(text) =>
          take(
            api.PUT('/api/v1/users/{id}/roles', {
              params: { path: { id: user.id } },
              body: { roles: ROLES.filter((role) => text(role)) },
            }),
          )
        }
      >
        <fieldset>
          <legend>{t('rolesOf', { name: user.full_name })}</legend>
          {ROLES.map((role) => (
            <label className="option" key={role}>
              <input type="checkbox" name={role} defaultChecked={user.roles.includes(role)} />
              <span>{role}</span>
            </label>
          ))}
        </fieldset>
      </ActDialog>
      {user.disabled ? (
        <ActDialog
          label={t('enable')}
          submit={() => take(api.POST('/api/v1/users/{id}/enable', { params, body: {} }))}
        >
          <p>{user.email}</p>
        </ActDialog>
      ) : (
        <ActDialog
          label={t('disable')}
          className="danger"
          submit={() => take(api.POST('/api/v1/users/{id}/disable', { params, body: {} }))}
        >
          <p>{user.email}</p>
        </ActDialog>
      )}
    </div>
  );
}

/** Everybody who has an account, or, as `staff`, who works here. */
export function Customers({ staff }: { staff?: boolean }) {
  const { t, time } = useOffice();
  const filters = useFilters();
  const role = filters.one('role', ROLES) ?? (staff ? 'staff' : undefined);
  const query = filters.get('query');
  return (
    <>
      <Heading title={t(staff ? 'staff' : 'customers')}>
        <SearchFilter label={t('search')} />
        {staff ? (
          <Choice label={t('role')} name="role" options={['staff', 'admin']} first="staff" />
        ) : (
          <Choice label={t('role')} name="role" options={ROLES} />
        )}
      </Heading>
      <List<User>
        name={t(staff ? 'staff' : 'customers')}
        id={(user) => user.id}
        load={(page_token) =>
          take(
            api.GET('/api/v1/users', {
              params: {
                query: {
                  page_size: 25,
                  ...(role && { role }),
                  ...(query && { query }),
                  ...(page_token && { page_token }),
                },
              },
            }),
          )
        }
        columns={[
          [
            t('name'),
            (user) => (
              <Link to={`/admin/orders?user_id=${user.id}`}>{user.full_name || user.email}</Link>
            ),
          ],
          [t('email'), (user) => user.email],
          [t('roles'), (user) => user.roles.join(', ')],
          [t('since'), (user) => time(user.created_at)],
          [
            t('status'),
            (user) => user.disabled && <span className="status disabled">{t('disabled')}</span>,
          ],
          [t('actions'), (user) => <Actions user={user} />, 'end'],
        ]}
      />
    </>
  );
}
