-- Staff looks for what a guest has ordered by the address that he gave.

-- +up
CREATE INDEX users_guests_by_email ON users (email) WHERE 'guest' = ANY (roles);

-- +down
DROP INDEX users_guests_by_email;
