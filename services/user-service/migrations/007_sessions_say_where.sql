-- Where a session is used from, for its owner to recognise: forgotten with the session.

-- +up
ALTER TABLE sessions
  ADD COLUMN device text NOT NULL DEFAULT '',    -- "Firefox, Windows"
  ADD COLUMN address text NOT NULL DEFAULT '';   -- the client's, when it was last used; none once it is over

-- +down
ALTER TABLE sessions DROP COLUMN address, DROP COLUMN device;
